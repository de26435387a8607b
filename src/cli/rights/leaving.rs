//! `motcua rights end`: who leaves leaves nothing behind.

use serde::Deserialize;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::Failure;
use super::Out;
use super::nobody;
use super::refused;
use super::row::Row;
use super::warn_of_one;
use crate::app::App;
use crate::base::time::Timestamp;
use crate::cli::machine;
use crate::flows::admin::rights;
use crate::flows::admin::rights::Leaving;
use crate::flows::admin::rights::Mode;
use crate::flows::admin::rights::look;
use crate::identity::authority::Act;

pub(super) async fn end(
    app: &App,
    name: &str,
    dry_run: bool,
    (reason, now): (Option<String>, Timestamp),
) -> Result<Out, Failure> {
    let person = look::person(app, name).await?.ok_or_else(|| nobody(name))?;
    let mode = if dry_run { Mode::Look } else { Mode::Do };
    let by = machine(reason);
    let Leaving { rights, alone, ended, sessions } =
        rights::end(app, &by, person, mode, now).await?.map_err(refused)?;
    let described = look::described(app, rights).await?;
    let acts = |acts: &[Act]| acts.iter().map(|act| act.as_str().to_owned()).collect();
    let left = Left {
        rights: described.iter().map(Row::of).collect::<Result<_, _>>()?,
        alone: alone.iter().map(|left| Unmanned { right: left.right, acts: acts(&left.acts) }).collect(),
        sessions,
        pending: ended.pending,
    };
    let mut out = left.told(dry_run);
    if !dry_run {
        warn_of_one(app, &mut out, now).await?;
    }
    Ok(out)
}

/// What ended, or would, wherever that was.
#[derive(Deserialize)]
pub(super) struct Left {
    rights: Vec<Row>,
    alone: Vec<Unmanned>,
    sessions: usize,
    pending: Vec<Uuid>,
}

/// What nobody else does.
#[derive(Serialize, Deserialize)]
struct Unmanned {
    right: Uuid,
    acts: Vec<String>,
}

impl Left {
    pub(super) fn told(self, dry_run: bool) -> Out {
        let Self { rights, alone, sessions, pending } = self;
        let verb = if dry_run { "would end" } else { "ended" };
        let mut text: String = rights.iter().map(|right| format!("{verb} {right}\n")).collect();
        for Unmanned { right, acts } in &alone {
            text.push_str(&format!("nobody else does, where right {right} reached: {}\n", acts.join(", ")));
        }
        text.push_str(&format!("{verb} {sessions} sessions and {} acts that waited for approval\n", pending.len()));
        let ids: Vec<Uuid> = rights.iter().map(Row::id).collect();
        let value = json!({
            "dry_run": dry_run,
            "rights": ids,
            "alone": alone,
            "sessions": sessions,
            "pending": pending,
        });
        Out::new(text, value)
    }
}
