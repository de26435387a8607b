//! A form that is sent twice, by a double click on a slow line: what it asks is done once, and answered in the same way. Else a
//! code that is shown once would go with the answer for which the browser did not wait.

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use http::StatusCode;
use http::header;

use super::done;
use super::refused;
use super::seated::Sent;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::admin::refusal::Refusal;
use crate::flows::admin::repeated;
use crate::flows::admin::repeated::Begun;
use crate::flows::admin::repeated::First;
use crate::http::Web;
use crate::http::admin::repeated::again;
use crate::http::admin::repeated::kept;
use crate::http::error;
use crate::identity::authority::Act;

/// So often it is looked whether what is under way was answered, and so long after each time.
const LOOKS: u32 = 50;
const A_MOMENT: Duration = Duration::from_millis(200);
/// So long the same form is a click too many; afterwards it is meant.
const A_WHILE: Duration = Duration::from_secs(60);

/// Does what a form asks that has these fields, unless the same page sent the same before.
pub(super) async fn sent<A>(
    web: Arc<Web>,
    sent: Sent,
    (form, fields): (&str, &[&str]),
    does: fn(Arc<Web>, Sent) -> A,
) -> Result<Response, Response>
where
    A: Future<Output = Result<Response, Response>> + Send + 'static,
{
    let (app, reader, now) = (sent.seated.acting(), sent.seated.reader.clone(), sent.seated.now);
    let value = |name: &str| sent.parameters.get(name).unwrap_or_default().to_owned();
    let what: String = fields.iter().map(|name| format!("{name}={}\n", value(name))).collect();
    // Another form of the same page is another request, and does not make this one a new one.
    let key = format!("{} {form} {what}", value("confirm"));
    let failed = error::as_page(&web, &reader);
    match begun(&app, &key, now).await.map_err(&failed)? {
        Begun::First(first) => {
            // Whoever hangs up does not stop it: the answer is there when they click again.
            let doing = tokio::spawn(keep(app, first, does(Arc::clone(&web), sent), now));
            doing.await.map_err(Fault::broken).and_then(|kept| kept).map_err(failed)?
        }
        Begun::Again(answer) => {
            if !answer.body.is_empty() {
                done(&web, &sent.seated, repeated::still(&app, Act::PendingLook, now).await)?;
            }
            Ok(again(answer))
        }
        Begun::Another | Begun::UnderWay => Err(refused(&web, &sent.seated, &Refusal::Stands(String::new()))),
    }
}

async fn begun(app: &App, key: &str, now: Timestamp) -> Result<Begun, Fault> {
    for _ in 0..LOOKS {
        match repeated::begin_for(app, key, [b"office", b"", b""], now, A_WHILE).await? {
            Begun::UnderWay => tokio::time::sleep(A_MOMENT).await,
            begun => return Ok(begun),
        }
    }
    Ok(Begun::UnderWay)
}

/// Does it, and keeps the answer of what was done; what was not may be tried again from the same page.
async fn keep(
    app: App,
    first: First,
    doing: impl Future<Output = Result<Response, Response>>,
    now: Timestamp,
) -> Result<Result<Response, Response>, Fault> {
    let response = match doing.await {
        Ok(response) if is_done(&response) => response,
        other => {
            repeated::forget(&app, &first).await?;
            return Ok(other);
        }
    };
    kept(&app, &first, response, (|_| true, Vec::new()), now).await.map(Ok)
}

fn is_done(response: &Response) -> bool {
    let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
    match response.status() {
        StatusCode::OK => true,
        StatusCode::SEE_OTHER => !to.starts_with("/sign-in"),
        _ => false,
    }
}
