select json_build_object('playlists', json_agg(json_build_object('name', name, 'tracksAggregate', json_build_array(json_build_object(
  'count', count, 'genreId', json_build_object('countDistinct', genres), 'milliseconds', json_build_object('sum', sum::text)))) order by playlist_id))
from (select p.playlist_id, p.name, count(track_id), count(distinct genre_id) as genres, sum(milliseconds)
      from playlist p left join playlist_track using (playlist_id) left join track using (track_id) where p.playlist_id <= 4 group by 1, 2) t
