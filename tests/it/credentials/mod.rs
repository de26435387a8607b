//! What people prove themselves with.

mod foreign_hashes;
mod new_passwords;
