select json_build_object('guest', (select json_build_object('email', email, 'nickname', nickname, 'stays', (
  select coalesce(json_agg(json_build_object('stayId', stay_id, 'guest', json_build_object('email', email)) order by stay_id), '[]')
  from stay where guest_email = email)) from guest where email = 'ANNA@EXAMPLE.ORG'))
