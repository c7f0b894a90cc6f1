select json_build_object('invoicesAggregate', json_build_array(json_build_object('count', count(*), 'total', json_build_object('sum', sum(total)::text)))) from invoice
