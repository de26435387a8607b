//! The network outside, by a table: what is not in it is not there, and asking for it fails the test.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use motcua::base::time::ManualClock;
use motcua::outbound::Expect;
use motcua::outbound::Fetch;
use motcua::outbound::Fetching;
use motcua::outbound::Lane;
use motcua::outbound::Request;
use motcua::outbound::Response;
use motcua::outbound::Unreachable;

#[derive(Default)]
pub struct Outside {
    answers: Mutex<HashMap<String, Result<Vec<u8>, Unreachable>>>,
    stuck: Mutex<HashSet<String>>,
    asked: Mutex<Vec<Asked>>,
    slowness: Mutex<Option<(Arc<ManualClock>, Duration)>>,
}

/// A request that left the building.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub whom: String,
    pub lane: Lane,
    pub url: String,
    pub form: Vec<(String, String)>,
    pub bearer: Option<String>,
    pub expect: Expect,
}

impl Outside {
    /// From now on `url` answers with this body.
    pub fn put(&self, url: &str, body: impl Into<Vec<u8>>) {
        self.answers.lock().unwrap().insert(url.to_owned(), Ok(body.into()));
    }

    /// From now on `url` cannot be reached.
    pub fn fail(&self, url: &str, why: Unreachable) {
        self.answers.lock().unwrap().insert(url.to_owned(), Err(why));
    }

    /// From now on `url` takes a request and never answers.
    pub fn hold(&self, url: &str) {
        self.stuck.lock().unwrap().insert(url.to_owned());
    }

    /// From now on each answer takes so long by this clock.
    pub fn slow_down(&self, clock: &Arc<ManualClock>, each: Duration) {
        *self.slowness.lock().unwrap() = Some((Arc::clone(clock), each));
    }

    /// What was asked of `url`, in order.
    pub fn asked(&self, url: &str) -> Vec<Asked> {
        self.asked.lock().unwrap().iter().filter(|asked| asked.url == url).cloned().collect()
    }
}

impl Fetch for Outside {
    fn send<'a>(&'a self, request: Request<'a>) -> Fetching<'a> {
        let form = request.form.unwrap_or_default();
        self.asked.lock().unwrap().push(Asked {
            whom: request.whom.to_owned(),
            lane: request.lane,
            url: request.url.to_owned(),
            form: form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            bearer: request.bearer.map(|token| token.expose().clone()),
            expect: request.expect,
        });
        if let Some((clock, each)) = &*self.slowness.lock().unwrap() {
            clock.pass(*each);
        }
        if self.stuck.lock().unwrap().contains(request.url) {
            return Box::pin(std::future::pending());
        }
        let answer = self.answers.lock().unwrap().get(request.url).cloned();
        let answer = answer.unwrap_or_else(|| panic!("{} is not in the table of the outside", request.url));
        Box::pin(std::future::ready(answer.map(|body| Response { body })))
    }
}
