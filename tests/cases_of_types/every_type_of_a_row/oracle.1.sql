select json_build_object('sample', (select json_build_object(
    'sampleId', sample_id, 'flag', flag, 'short', short, 'int', int, 'long', long::text, 'single', single, 'double', double,
    'text', text, 'decimal', decimal::text, 'uuid', uuid, 'date', date, 'local', local, 'moment', moment, 'time', time,
    'span', span, 'bytes', encode(bytes, 'base64'), 'address', address, 'json', json, 'jsonb', jsonb, 'view', upper(view::text)) from sample where sample_id = 1))
