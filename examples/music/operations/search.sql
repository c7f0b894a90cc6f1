SELECT
  (
    SELECT string_agg(record_send(ROW(artists.artist_id, artists.name)), ''::bytea)
    FROM (
      SELECT artist.artist_id, artist.name
      FROM artist
      WHERE artist.name ILIKE $1::text
      ORDER BY artist.name, artist.artist_id
      LIMIT $2::int8
    ) AS artists
  ) AS artists,
  (
    SELECT string_agg(tracks.record, ''::bytea)
    FROM (
      SELECT
        record_send(
          ROW(
            tracks.track_id,
            tracks.name,
            album.album_id,
            album.title,
            artist.artist_id,
            artist.name
          )
        ) AS record
      FROM (
        SELECT track.track_id, track.name, track.album_id
        FROM track
        WHERE track.name ILIKE $1::text
        ORDER BY track.name, track.track_id
        LIMIT $2::int8
      ) AS tracks
      LEFT JOIN album ON album.album_id = tracks.album_id
      LEFT JOIN artist ON artist.artist_id = album.artist_id
      ORDER BY tracks.name, tracks.track_id
    ) AS tracks
  ) AS tracks
