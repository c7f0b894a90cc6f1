select json_build_object(
  'guests', (select json_agg(json_build_object('email', email, 'stays', (
    select json_agg(json_build_object('nights', nights) order by stay_id) from stay
    where guest_email = email and nights && '[2009-02-28,2009-02-28]')) order by email)
  from guest where email in (select guest_email from stay where nights && '[2009-02-28,2009-02-28]')))
