//! Tokens of the wrong kind are refused everywhere: RFC 8725 §3.11 and §3.12, RFC 9068 §5, RFC 9101 §10.8, RFC 7523 §3.
//! Every kind is presented at every place, of its own client and of another, alive and dead.

mod completeness;
mod kinds;
mod places;
mod stage;

use std::future::Future;
use std::pin::Pin;

use kinds::KINDS;
use kinds::Kind;
use motcua::parts::issue::access_token;
use motcua::store::cache::BELIEVED;
use places::PLACES;
use places::Place;
use stage::Stage;
use uuid::Uuid;

use crate::town::Tokens;
use crate::town::Town;
use crate::town::claims_of;

/// Whose something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Of the client or the browser that presents it.
    Own,
    /// Of another one.
    Foreign,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Alive,
    /// Its time is over.
    Expired,
    /// It was used, revoked or replaced.
    Spent,
}

/// Something to present.
#[derive(Clone)]
pub struct Made {
    pub text: String,
    /// On which grant it stands.
    pub grant: Option<Uuid>,
}

pub type Making<'a> = Pin<Box<dyn Future<Output = Option<Made>> + 'a>>;
pub type Presenting<'a> = Pin<Box<dyn Future<Output = bool> + 'a>>;

impl Whose {
    pub fn of<T>(self, own: T, foreign: T) -> T {
        match self {
            Self::Own => own,
            Self::Foreign => foreign,
        }
    }

    fn or_none(self, known: Self) -> Option<Self> {
        (self == known).then_some(self)
    }
}

impl Fate {
    fn or_none(self, known: &[Self]) -> Option<Self> {
        known.contains(&self).then_some(self)
    }
}

impl Made {
    fn text(text: &str) -> Self {
        Self { text: text.to_owned(), grant: None }
    }

    /// It stands on the same grant as `tokens`.
    fn of(town: &Town, text: &str, tokens: &Tokens) -> Self {
        let jti = claims_of(tokens.access_token())["jti"].as_str().unwrap().to_owned();
        Self { text: text.to_owned(), grant: access_token::behind(&town.app, &jti) }
    }
}

/// One of a kind, and the place for which it was made, if one takes it.
struct Sample {
    kind: &'static Kind,
    whose: Whose,
    fate: Fate,
    made: Made,
    place: Option<&'static str>,
}

/// One for all places that refuse it; one for each that takes it, because that may use it up.
async fn samples(stage: &Stage, fate: Fate) -> Vec<Sample> {
    let mut samples = Vec::new();
    for kind in KINDS {
        for whose in [Whose::Own, Whose::Foreign] {
            let takers =
                PLACES.iter().filter(|place| place.takes(kind.name, whose, fate)).map(|place| Some(place.name));
            for place in std::iter::once(None).chain(takers) {
                // What is alive is made when it is presented there.
                let later = fate == Fate::Alive && place.is_some();
                let made = if later { Some(Made::text("")) } else { (kind.make)(stage, whose, fate).await };
                samples.extend(made.map(|made| Sample { kind, whose, fate, made, place }));
            }
        }
    }
    samples
}

async fn present(stage: &Stage, sample: &Sample, place: &Place) -> bool {
    let expected = sample.place.is_some();
    let fresh = match expected && sample.fate == Fate::Alive {
        true => (sample.kind.make)(stage, sample.whose, sample.fate).await.unwrap(),
        false => sample.made.clone(),
    };
    (place.present)(stage, &fresh).await
}

/// RFC 8725 §3.12: "the sets of rules for validating the different kinds of JWTs must be mutually exclusive", and what is no
/// JWT is kept apart as well.
#[tokio::test]
async fn every_place_takes_its_own_kind_of_its_own_client_alive_and_nothing_else() {
    let stage = Stage::new().await;
    let mut all = samples(&stage, Fate::Expired).await;
    stage.pass().await;
    all.extend(samples(&stage, Fate::Spent).await);
    // For so long a verified token is believed; what ended of late is kept apart from it by a clock of its own.
    stage.town.clock.pass(BELIEVED);
    stage.town.heartbeat().await;
    all.extend(samples(&stage, Fate::Alive).await);
    let (mut wrong, mut taken) = (Vec::new(), 0);
    for place in PLACES {
        for sample in &all {
            let expected = place.takes(sample.kind.name, sample.whose, sample.fate);
            if sample.place != expected.then_some(place.name) {
                continue;
            }
            taken += usize::from(expected);
            if present(&stage, sample, place).await != expected {
                let Sample { kind, whose, fate, .. } = sample;
                let verb = if expected { "refused" } else { "TAKEN" };
                wrong.push(format!("{verb} at {}: {}, {whose:?}, {fate:?}", place.name, kind.name));
            }
        }
    }
    let named = PLACES.iter().flat_map(|place| place.takes).map(|one| one.whose.len() * one.fates.len());
    assert_eq!(taken, named.sum::<usize>(), "what the table names was made and presented");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    stage.town.leave().await;
}
