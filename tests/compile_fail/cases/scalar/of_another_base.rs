use onefold::prelude::*;

#[derive(Scalar)]
pub struct Code(String);

mod number {
    use onefold::prelude::*;

    #[derive(Scalar)]
    pub struct Code(i32);
}

#[derive(Table)]
pub struct Track {
    #[key]
    pub track_id: i32,
    pub code: Code,
}

#[derive(Table)]
pub struct Album {
    #[key]
    pub album_id: i32,
    pub code: number::Code,
}

#[derive(Schema)]
#[schema(tables(Track, Album))]
pub struct Music;

fn main() {}
