select json_build_object('select', (
  select json_agg(json_build_object('from', name, '_', artist_id, '_1', artist_id, 'where',
    (select json_agg(json_build_object('order', title,
       'aVeryLongResponseKeyThatIsLongerThanSixtyThreeBytesSoThatPostgresWouldCutIt', title,
       'aVeryLongResponseKeyThatIsLongerThanSixtyThreeBytesSoThatPostgresWouldCutItToo', album_id))
     from album where album_id = 1)))
  from artist where artist_id = 1))
