select json_build_object('genres', '[{"genreId": 25, "tracks": []}]'::json)
