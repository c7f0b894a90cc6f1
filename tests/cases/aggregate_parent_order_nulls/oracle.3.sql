select json_build_object('artists', json_agg(json_build_object('name', name, 'albumsAggregate',
  json_build_array(json_build_object('title', json_build_object('min', least)))) order by place))
from (select artist.name, min(title) as least, row_number() over (order by min(title) desc nulls first, artist_id) as place
      from artist left join album using (artist_id) group by artist_id, artist.name) t
where place <= 4
