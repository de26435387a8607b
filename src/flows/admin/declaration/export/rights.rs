//! Rights, whoever gave them: applied where they are they change nothing, and in another database this machine gives them.

use super::Entry;
use super::people::Known;
use super::unit_named;
use crate::app::App;
use crate::base::day::Day;
use crate::base::time::Timestamp;
use crate::identity::authority::Agencies;
use crate::identity::authority::Authority;
use crate::identity::authority::Holder;
use crate::identity::authority::Standing;
use crate::parts::hierarchy::Hierarchy;
use crate::store::clients::Held;

/// What is said besides.
pub(super) struct View<'a> {
    pub(super) app: &'a App,
    pub(super) hierarchy: &'a Hierarchy,
    pub(super) clients: &'a [(String, Held)],
    pub(super) people: &'a Known,
    pub(super) now: Timestamp,
}

impl View<'_> {
    pub(super) fn entries(&self, rights: Vec<Authority>, warnings: &mut Vec<String>) -> Vec<Entry> {
        let (mut entries, mut unnamed) = (Vec::new(), 0);
        for right in &rights {
            let Some(holder) = self.holder(&right.holder) else {
                unnamed += 1;
                continue;
            };
            match self.entry(right, holder) {
                Ok(entry) => entries.push(entry),
                Err(why) => warnings.push(format!("right {}: {why}; it is left out", right.id)),
            }
        }
        if unnamed > 0 {
            warnings.push(format!("{unnamed} rights are of people or clients that are left out, and so are they"));
        }
        entries.sort_by_cached_key(|entry| format!("{entry:?}"));
        entries.dedup(); // two may have given the same
        entries
    }

    fn holder(&self, holder: &Holder) -> Option<(String, serde_json::Value)> {
        let (key, name) = match holder {
            Holder::Person(id) => ("person", self.people.names.get(id)?),
            Holder::Client(id) => ("client", &self.clients.iter().find(|(client, _)| client == id)?.0),
        };
        Some((key.to_owned(), name.clone().into()))
    }

    fn entry(&self, right: &Authority, holder: (String, serde_json::Value)) -> Result<Entry, &'static str> {
        let Authority { role, scope, standing, may_delegate, .. } = right;
        let mut entry = vec![holder, ("role".to_owned(), role.as_str().into())];
        let mut say = |name: &str, value: serde_json::Value| entry.push((name.to_owned(), value));
        if let Some(unit) = scope.unit {
            if !matches!(standing, Standing::At(_)) {
                return Err("its unit is not there today, and nobody decided who has it");
            }
            say("unit", unit_named(self.hierarchy, unit).ok_or("its unit is not known")?.into());
        }
        if let Some(branch) = &scope.branch {
            say("branch", branch.clone().into());
        }
        if let Agencies::One(agency) | Agencies::Below(agency) = &scope.agencies {
            say("agency", agency.clone().into());
        }
        if matches!(scope.agencies, Agencies::Below(_)) {
            say("subordinates", true.into());
        }
        if *may_delegate {
            say("may_delegate", true.into());
        }
        let zone = &self.app.config.units.time_zone;
        let day = |day: Day| day.to_string().into();
        if right.from > self.now {
            let first = zone.day(right.from);
            if zone.begin(first) != Some(right.from) {
                return Err("it does not begin with a day");
            }
            say("from", day(first));
        }
        if let Some(until) = right.until {
            let last = zone.day(Timestamp::from_micros(until.micros() - 1));
            if zone.end(last) != Some(until) {
                return Err("it does not end with a day");
            }
            say("until", day(last));
        }
        Ok(entry)
    }
}
