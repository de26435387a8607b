//! People of one transaction, read, checked and sealed. No two of them share a name: of two lines that do, the second
//! begins the next batch, and meets the first in the database.

use std::collections::HashSet;
use std::io::Read;
use std::sync::Arc;

use super::Error;
use super::Mistake;
use super::records::Notation;
use super::records::Records;
use super::row::Checked;
use super::row::Header;
use super::row::Row;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::time::Timestamp;
use crate::parts::births;
use crate::parts::columns;
use crate::parts::people as sealed;
use crate::parts::people::PersonalData;
use crate::parts::verified_phones;
use crate::store::credentials;
use crate::store::people_import::NewPassword;
use crate::store::people_import::NewPerson;

/// People of a batch, or lines that were not taken, at most.
const MOST: usize = 1000;
/// Bytes of the file from which a batch is made, about.
const BYTES: u64 = 2 * 1024 * 1024;

/// What is written at once.
#[derive(Default)]
pub struct Batch {
    pub people: Vec<Prepared>,
    pub mistakes: Vec<Mistake>,
    /// Bytes of the file that are read then, from its begin.
    pub bytes: u64,
}

/// A person of the file, ready to be written.
pub struct Prepared {
    pub line: u64,
    pub data: PersonalData,
    pub new: NewPerson,
}

impl Batch {
    /// Seals anew what was sealed under a former key: a pipe may have made it wait for hours.
    pub fn seal_anew(&mut self, app: &App, now: Timestamp) -> Result<(), Fault> {
        for person in self.people.iter_mut().filter(|person| !columns::is_current(app, &person.new.data, now)) {
            person.new.data = sealed::seal(app, &person.data, now)?;
        }
        Ok(())
    }
}

/// The file.
pub struct Source {
    app: Arc<App>,
    records: Records<Box<dyn Read + Send>>,
    header: Option<Header>,
    /// Who has a name of somebody in the batch before.
    held: Option<Prepared>,
}

impl Source {
    pub fn new(app: Arc<App>, input: Box<dyn Read + Send>) -> Self {
        Self { app, records: Records::new(input), header: None, held: None }
    }

    /// The next batch; `None` at the end of the file.
    pub fn next(&mut self) -> Result<Option<Batch>, Error> {
        let (now, begun) = (self.app.clock.now(), self.records.done());
        let mut batch = Batch::default();
        let mut names: HashSet<Vec<u8>> = HashSet::new();
        while batch.people.len() < MOST && batch.mistakes.len() < MOST && self.records.done() - begun < BYTES {
            let prepared = match self.held.take() {
                Some(held) => held,
                None => match self.read(now)? {
                    Some(Ok(prepared)) => prepared,
                    Some(Err(mistake)) => {
                        batch.mistakes.push(mistake);
                        continue;
                    }
                    None => break,
                },
            };
            if prepared.new.digests.all().any(|name| names.contains(name)) {
                self.held = Some(prepared);
                break;
            }
            names.extend(prepared.new.digests.all().map(<[u8]>::to_vec));
            batch.people.push(prepared);
        }
        batch.bytes = self.records.done();
        let is_empty = batch.people.is_empty() && batch.mistakes.is_empty();
        Ok((!is_empty).then_some(batch))
    }

    fn read(&mut self, now: Timestamp) -> Result<Option<Result<Prepared, Mistake>>, Error> {
        let notation = self.records.notation()?;
        if notation != Notation::Lines && self.header.is_none() {
            let refused = |why: String| Error::Refused(format!("line 1: {why}"));
            let Some(first) = self.records.next()? else { return Err(refused("the file is empty".into())) };
            let first = first.text.map_err(|why| refused(why.to_owned()))?;
            self.header = Some(Header::parse(&first, notation).map_err(refused)?);
        }
        let Some(record) = self.records.next()? else { return Ok(None) };
        let line = record.line;
        let row = record.text.map_err(str::to_owned).and_then(|text| match &self.header {
            Some(header) => header.row(&text),
            None => Row::parse(&text),
        });
        let prepared = match row.and_then(|row| row.check(&self.app)) {
            Ok(checked) => self.prepare(line, checked, now)?,
            Err(why) => Err(why),
        };
        Ok(Some(prepared.map_err(|why| Mistake { line, why })))
    }

    fn prepare(&self, line: u64, checked: Checked, now: Timestamp) -> Result<Result<Prepared, String>, Error> {
        let Checked { data, password, disabled } = checked;
        let (app, entropy) = (&self.app, &*self.app.entropy);
        let Some(digests) = sealed::digests(app, &data) else {
            return Ok(Err("user_name: is empty or too long".into()));
        };
        let id = id::new(now, entropy);
        let password = password.map(|stored| NewPassword {
            id: id::beside(id, now, entropy),
            declared: credentials::declared_digest(&stored.phc),
            stored,
        });
        let new = NewPerson {
            id,
            data: sealed::seal(app, &data, now)?,
            digests,
            phone: verified_phones::digest_of(app, &data),
            birth: births::digest_of(app, &data),
            disabled_at: disabled.then_some(now),
            created_at: now,
            password,
        };
        Ok(Ok(Prepared { line, data, new }))
    }
}
