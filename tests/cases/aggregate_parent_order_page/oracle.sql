select json_build_object('artists', json_agg(json_build_object('name', name,
  'albums', (select json_agg(json_build_object('title', title) order by album_id) from (select * from album b where b.artist_id = a.artist_id order by album_id limit 2) b),
  'albumsAggregate', json_build_array(json_build_object('count', number))) order by number desc, name desc, artist_id))
from (select artist.artist_id, artist.name, count(album_id) as number from artist left join album using (artist_id)
      group by 1, 2 order by 3 desc, 2 desc, 1 limit 5) a
