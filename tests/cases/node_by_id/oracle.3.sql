select json_build_object('node', json_build_object('__typename', 'Genre', 'nodeId', cursor_of('Genre with genreId', int4send(1))))
