//! What of all that is done to a person is open to whoever acts here.

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::authority::Act;
use crate::identity::authority::Actor;
use crate::parts::authority;
use crate::parts::authority::Asker;
use crate::parts::authority::Subject;

/// Those of `acts` that whoever acts here may do to a person.
pub async fn of(app: &App, acts: &[Act], person: Uuid, now: Timestamp) -> Result<Vec<Act>, Fault> {
    let by = authority::by(app)?;
    let Actor::Official(holder) = &by.actor else { return Ok(acts.to_vec()) };
    let answers = authority::each(app, Asker::of(by, holder), acts, &Subject::Person(person), now).await?;
    let open = answers.into_iter().flatten().filter(|answer| answer.verdict.is_allowed());
    Ok(open.map(|answer| answer.act).collect())
}
