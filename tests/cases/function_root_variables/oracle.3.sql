select json_build_object('searchTracks', json_build_array())
