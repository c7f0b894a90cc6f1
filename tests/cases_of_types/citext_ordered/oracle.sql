select json_build_object(
  'guests', (select json_agg(json_build_object('nickname', nickname, 'email', email) order by nickname, email desc) from guest),
  'stays', (select json_agg(json_build_object('stayId', stay_id) order by nickname desc, stay_id) from stay join guest on email = guest_email))
