SELECT json_build_object(
    'exact', (SELECT json_agg(json_build_object('name', name)) FROM (SELECT name FROM track WHERE unit_price = 0.99 ORDER BY track_id LIMIT 1) t),
    'literal', '[]'::json,
    'list', '[]'::json,
    'number', '[]'::json,
    'text', '[]'::json,
    'default', '[]'::json
)
