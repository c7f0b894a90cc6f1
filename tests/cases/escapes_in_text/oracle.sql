select json_build_object('tracks', (
  select json_agg(json_build_object('trackId', track_id, 'name', name) order by track_id)
  from track where strpos(name, '"') > 0 or strpos(name, chr(92) || ' ') > 0 or name = 'Janie''s Got A Gun'))
