SELECT
  album.title,
  artist.artist_id,
  artist.name,
  (
    SELECT string_agg(tracks.record, ''::bytea)
    FROM (
      SELECT
        record_send(
          ROW(tracks.name, tracks.milliseconds, tracks.unit_price, genre.genre_id, genre.name)
        ) AS record
      FROM (
        SELECT track.track_id, track.name, track.genre_id, track.milliseconds, track.unit_price
        FROM track
        WHERE track.album_id = album.album_id
        ORDER BY track.track_id
        LIMIT $1::int8
      ) AS tracks
      LEFT JOIN genre ON genre.genre_id = tracks.genre_id
      ORDER BY tracks.track_id
    ) AS tracks
  ) AS tracks
FROM album
LEFT JOIN artist ON artist.artist_id = album.artist_id
WHERE album.album_id = $2::int4
