//! A file for its owner's eyes, which is there when it is whole.

use std::fs;
use std::fs::File;
use std::io;
use std::io::ErrorKind;
use std::path::Path;
use std::path::PathBuf;

use super::people_import::private;

/// One that is being written, beside where it will be.
pub(super) struct Part<'a> {
    part: PathBuf,
    whole: &'a Path,
}

impl<'a> Part<'a> {
    /// Begins it anew, whatever a former one left behind.
    pub(super) fn begin(whole: &'a Path) -> io::Result<(Self, File)> {
        let mut part = whole.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        match fs::remove_file(&part) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = private(&part)?;
        Ok((Self { part, whole }, file))
    }

    /// It is whole: it takes the place of what was there.
    pub(super) fn finish(self) -> io::Result<()> {
        fs::rename(self.part, self.whole)
    }
}
