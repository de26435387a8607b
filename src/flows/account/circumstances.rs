//! For which purpose a service received something, as it said then, and at which device.

use std::collections::HashMap;

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::agency::Bilingual;
use crate::identity::audit as trail;
use crate::parts::clients::Client;
use crate::store::history;
use crate::store::purposes;

/// What was looked up for one page: each session and each service once.
#[derive(Default)]
pub struct Circumstances {
    devices: HashMap<Uuid, Option<String>>,
    purposes: HashMap<String, Vec<(Timestamp, Bilingual)>>,
}

impl Circumstances {
    /// With the devices of sessions that are known already.
    pub fn of(devices: HashMap<Uuid, Option<String>>) -> Self {
        Self { devices, purposes: HashMap::new() }
    }

    /// The devices of more sessions are known.
    pub fn know(&mut self, devices: impl IntoIterator<Item = (Uuid, Option<String>)>) {
        self.devices.extend(devices);
    }

    /// With what browser and system somebody was signed in, where they are known.
    pub async fn device(&mut self, app: &App, person: Uuid, session: Uuid) -> Result<Option<String>, Fault> {
        if let Some(known) = self.devices.get(&session) {
            return Ok(known.clone());
        }
        let opened = history::opened(&app.db, person, session).await?;
        let device = opened.as_deref().and_then(trail::device).map(str::to_owned);
        self.devices.insert(session, device.clone());
        Ok(device)
    }

    /// What the client's service said at an instant that it needs people's data for.
    pub async fn purpose(&mut self, app: &App, client: &Client, at: Timestamp) -> Result<Option<Bilingual>, Fault> {
        let Some(backing) = &client.backing else { return Ok(None) };
        let service = &backing.service.id;
        if !self.purposes.contains_key(service) {
            self.purposes.insert(service.clone(), purposes::of(&app.db, service).await?);
        }
        let said = self.purposes.get(service).into_iter().flatten();
        Ok(said.filter(|(since, _)| *since <= at).map(|(_, purpose)| purpose.clone()).next())
    }
}
