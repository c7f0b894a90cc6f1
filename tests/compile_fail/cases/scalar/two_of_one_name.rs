use onefold::prelude::*;

#[derive(Scalar)]
pub struct Code(String);

mod other {
    use onefold::prelude::*;

    #[derive(Scalar)]
    #[scalar(sql = "citext")]
    pub struct Code(String);
}

#[derive(Table)]
pub struct Track {
    #[key]
    pub track_id: i32,
    pub code: Code,
    pub other_codes: Vec<other::Code>,
}

#[derive(Schema)]
#[schema(tables(Track))]
pub struct Music;

fn main() {}
