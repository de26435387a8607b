//! `motcua rights end`: who leaves leaves nothing behind.

use serde_json::json;

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
    let verb = if dry_run { "would end" } else { "ended" };
    let described = look::described(app, rights).await?;
    let mut text = String::new();
    for right in &described {
        text.push_str(&format!("{verb} {}\n", Row::of(right)?));
    }
    for left in &alone {
        let acts: Vec<&str> = left.acts.iter().map(|act| act.as_str()).collect();
        text.push_str(&format!("nobody else does, where right {} reached: {}\n", left.right, acts.join(", ")));
    }
    text.push_str(&format!("{verb} {sessions} sessions and {} acts that waited for approval\n", ended.pending.len()));
    let alone = alone.iter().map(
        |left| json!({ "right": left.right, "acts": left.acts.iter().map(|act| act.as_str()).collect::<Vec<_>>() }),
    );
    let value = json!({
        "dry_run": dry_run,
        "rights": ended.rights,
        "alone": alone.collect::<Vec<_>>(),
        "sessions": sessions,
        "pending": ended.pending,
    });
    let mut out = Out::new(text, value);
    if !dry_run {
        warn_of_one(app, &mut out, now).await?;
    }
    Ok(out)
}
