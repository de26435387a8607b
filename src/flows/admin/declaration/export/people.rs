//! People, without what they prove themselves with.

use std::collections::HashMap;

use serde_json::Value;
use uuid::Uuid;

use super::Entry;
use crate::app::App;
use crate::base::fault::Fault;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::data_keys;
use crate::parts::people as sealed;
use crate::parts::record::Change;
use crate::store::people;

/// People of one page.
const PAGE: i64 = 500;

/// People who are said, and by which names.
#[derive(Default)]
pub(super) struct Known {
    pub(super) entries: Vec<Entry>,
    pub(super) names: HashMap<Uuid, String>,
}

/// Everybody whom a declaration can name. That they are given out is recorded before.
pub(super) async fn all(app: &App, warnings: &mut Vec<String>) -> Result<Known, Fault> {
    let mut change = Change::begin(app).await?;
    change.act(Event::new(Act::PeopleExported).detail("as a declaration, without password hashes"));
    change.commit().await?;
    let (mut known, mut others, mut after) = (Known::default(), 0, Uuid::nil());
    loop {
        let page = people::after(&app.db, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        data_keys::refresh(app).await?; // nobody tells a command of another key
        for row in &page {
            let data = sealed::open(app, &row.data)?;
            let Some(name) = data.user_name.filter(|_| data.own.is_none() && !row.is_disabled()) else {
                others += 1;
                continue;
            };
            let mut entry = vec![("user_name".to_owned(), Value::from(name.as_str()))];
            entry.extend(data.identity_number.map(|number| ("identity_number".to_owned(), number.into())));
            if !data.claims.is_empty() {
                entry.push(("claims".to_owned(), Value::Object(data.claims)));
            }
            known.names.insert(row.id, name);
            known.entries.push(entry);
        }
    }
    if others > 0 {
        warnings.push(format!("{others} people opened their accounts themselves or are disabled, and are left out"));
    }
    if !known.entries.is_empty() {
        warnings.push(
            "passwords are left out: where there are none yet, `motcua people export` and `import` bring people first"
                .to_owned(),
        );
    }
    Ok(known)
}
