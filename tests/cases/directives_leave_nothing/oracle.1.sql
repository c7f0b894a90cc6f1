select '{"genres": [{}, {}], "album": {"artist": {}}}'::json
