//! The first national operators are two at least: one alone could approve nothing that he asks himself.

use std::collections::HashSet;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::authority::Authority;
use crate::identity::authority::Holder;
use crate::identity::authority::Role;
use crate::identity::authority::Scope;
use crate::identity::authority::Wanted;
use crate::parts::authority;

/// What is wrong where `wanted` would leave one national operator alone.
pub async fn check(app: &App, wanted: &[Wanted], now: Timestamp) -> Result<Result<(), String>, Fault> {
    if !wanted.iter().any(is_one) {
        return Ok(Ok(()));
    }
    Ok(check_beside(&authority::all(app, now).await?, wanted))
}

fn is_one(wanted: &Wanted) -> bool {
    wanted.role == Role::NationalOperator && wanted.scope == Scope::default()
}

/// The same beside the rights that are there.
pub fn check_beside(there: &[Authority], wanted: &[Wanted]) -> Result<(), String> {
    if !wanted.iter().any(is_one) {
        return Ok(());
    }
    let mut people: HashSet<&Holder> =
        there.iter().filter(|right| is_national(right)).map(|right| &right.holder).collect();
    people.extend(wanted.iter().filter(|one| is_one(one)).map(|one| &one.holder));
    people.retain(|holder| matches!(holder, Holder::Person(_)));
    if people.len() >= 2 {
        return Ok(());
    }
    let why = "national-operator: give it to two people at least; one alone could have nothing approved that needs a second \
         official";
    Err(why.to_owned())
}

/// Whether somebody is a national operator by this right.
pub fn is_national(right: &Authority) -> bool {
    right.role == Role::NationalOperator && right.scope == Scope::default()
}

/// How many people are.
pub async fn count(app: &App, now: Timestamp) -> Result<usize, Fault> {
    let there = authority::all(app, now).await?;
    let counted = there.iter().filter(|right| is_national(right) && right.counts(now).is_ok());
    Ok(counted.map(|right| &right.holder).collect::<HashSet<_>>().len())
}
