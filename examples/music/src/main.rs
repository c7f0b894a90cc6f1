//! The server of the music store.
use music::Music;
onefold::server!(Music);
