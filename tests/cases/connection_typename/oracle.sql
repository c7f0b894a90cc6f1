select json_build_object('artistsConnection', json_build_object('__typename', 'ArtistConnection',
  'edges', json_build_array(
    json_build_object('__typename', 'ArtistEdge', 'node', json_build_object('__typename', 'Artist')),
    json_build_object('__typename', 'ArtistEdge', 'node', json_build_object('__typename', 'Artist'))),
  'nodes', json_build_array(json_build_object('__typename', 'Artist'), json_build_object('__typename', 'Artist')),
  'pageInfo', json_build_object('__typename', 'PageInfo')), 'only', json_build_object('__typename', 'GenreConnection'))
