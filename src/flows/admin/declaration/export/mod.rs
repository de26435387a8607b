//! What there is, as a declaration: applied where it comes from it changes nothing, applied to nothing it makes the same.
//!
//! What a declaration cannot say is left out, and told: what was and what is planned, clients that registered themselves,
//! passwords. Of client secrets it holds what the database does, which is enough to apply it
//! and, where somebody chose them, to guess them: it is for its owner's eyes.

mod hierarchy;
mod people;
mod rights;
mod text;

use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use self::hierarchy::Places;
use crate::app::App;
use crate::base::fault::Fault;
use crate::parts::authority;
use crate::parts::hierarchy::Hierarchy;
use crate::parts::versions::members;
use crate::protocol::oauth::client_metadata::ClientMetadata;
use crate::store::agencies;
use crate::store::clients;
use crate::store::clients::Held;
use crate::store::hierarchy as store;

/// Whether people, and the rights that they hold, go along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum People {
    /// They do: names, numbers and claims, and no passwords.
    With,
    /// They do not.
    Without,
}

/// One entry: its members in the order in which they are written.
pub(super) type Entry = Vec<(String, Value)>;

/// A declaration of what there is.
#[derive(Debug, Default)]
pub struct Exported {
    lists: Vec<(&'static str, Vec<Entry>)>,
    /// What it does not say.
    pub warnings: Vec<String>,
}

/// Clients of one reading.
const PAGE: i64 = 500;

/// Reads what there is. What refers to something is read before it, so that nothing refers to what came later.
pub async fn export(app: &App, with: People) -> Result<Exported, Fault> {
    let now = app.clock.now();
    let mut warnings = Vec::new();
    let people = match with {
        People::With => people::all(app, &mut warnings).await?,
        People::Without => people::Known::default(),
    };
    let rights = authority::all(app, now).await?;
    let (clients, registered) = clients(app).await?;
    let services = agencies::services(&app.db).await?;
    let agencies = agencies::all(&app.db).await?;
    let hierarchy = store::read(&app.db).await?;
    let today = crate::parts::hierarchy::today(app, now);
    let mut places = Places::new(&hierarchy, today);
    let [levels, branches, units] = [places.levels(), places.branches(), places.units(&mut warnings)];
    let agencies_said = places.agencies(&agencies, &mut warnings);
    if registered > 0 {
        warnings.push(format!("{registered} clients registered themselves: they manage that, and are left out"));
    }
    for (id, client) in &clients {
        let service = services.iter().find(|service| client.service.as_ref() == Some(&service.id));
        let agency = service.and_then(|service| agencies.iter().find(|agency| agency.id == service.agency));
        let usual = agency.map_or_else(|| format!("client:{id}"), |agency| agency.sector.clone());
        if usual != client.sector {
            let sector = &client.sector;
            warnings.push(format!(
                "client {id}: keeps its sector {sector:?}, and would be of {usual:?} in another database"
            ));
        }
    }
    let view = rights::View { app, hierarchy: &hierarchy, clients: &clients, people: &people, now };
    let rights = view.entries(rights, &mut warnings);
    let services = services.iter().map(|service| entry(&["id", "agency"], members(service))).collect();
    let clients = clients.iter().map(|(id, held)| client(id, held)).collect();
    let lists = vec![
        ("levels", levels),
        ("branches", branches),
        ("units", units),
        ("agencies", agencies_said),
        ("services", services),
        ("clients", clients),
        ("people", people.entries),
        ("rights", rights),
    ];
    Ok(Exported { lists, warnings })
}

impl Exported {
    /// Without some lists, and without one member of every entry.
    pub fn without(mut self, lists: &[&str], member: &str) -> Self {
        self.lists.retain(|(name, _)| !lists.contains(name));
        for entry in self.lists.iter_mut().flat_map(|(_, entries)| entries) {
            entry.retain(|(name, _)| name != member);
        }
        self
    }

    /// In TOML; or why that cannot say it.
    pub fn toml(&self) -> Result<String, String> {
        text::toml(&self.lists)
    }

    /// In JSON.
    pub fn json(&self) -> Value {
        let there = self.lists.iter().filter(|(_, entries)| !entries.is_empty());
        let list = |entries: &[Entry]| entries.iter().map(|one| one.iter().cloned().collect::<Map<_, _>>()).collect();
        Value::Object(there.map(|(name, entries)| ((*name).to_owned(), list(entries))).collect())
    }
}

/// Those that operators declared, and how many are not.
async fn clients(app: &App) -> Result<(Vec<(String, Held)>, usize), Fault> {
    let (mut all, mut registered, mut after) = (Vec::new(), 0, String::new());
    loop {
        let page = clients::page(&app.db, &after, PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok((all, registered)) };
        after.clone_from(last);
        for (id, held) in page {
            if held.registered { registered += 1 } else { all.push((id, held)) }
        }
    }
}

fn client(id: &str, held: &Held) -> Entry {
    let usual = serde_json::from_value::<ClientMetadata>(Value::Object(Map::new())).unwrap_or_default();
    let usual = members(&usual);
    let mut said = members(&held.metadata);
    said.retain(|name, value| usual.get(name) != Some(value));
    let mut entry = vec![("client_id".to_owned(), id.into())];
    entry.extend(held.service.clone().map(|service| ("service".to_owned(), service.into())));
    if !held.secrets.is_empty() {
        entry.push(("secrets".to_owned(), value(&held.secrets)));
    }
    entry.extend(said);
    entry
}

/// Members, some of them first.
fn entry(first: &[&str], mut all: Map<String, Value>) -> Entry {
    let mut entry: Entry = first.iter().filter_map(|name| all.remove_entry(*name)).collect();
    entry.extend(all);
    entry
}

fn value(of: &impl Serialize) -> Value {
    serde_json::to_value(of).unwrap_or_default()
}

/// A unit as a declaration names it.
fn unit_named(hierarchy: &Hierarchy, id: crate::parts::hierarchy::UnitId) -> Option<String> {
    hierarchy.unit(id).map(|unit| format!("{}/{}", unit.level, unit.code))
}
