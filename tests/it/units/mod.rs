//! Territory, branches and agencies through time, tried on a real country: Vietnam before and after 1 July 2025.

mod commands;
mod declared;
mod mistakes;
mod overnight;
mod replay;
mod sound;
mod taking_effect;

use std::sync::Arc;

use motcua::app::App;
use motcua::base::day::Day;
use motcua::flows::admin::units::import;
use motcua::flows::admin::units::succession;
use motcua::identity::hierarchy::Hierarchy;
use motcua::identity::hierarchy::UnitId;
use motcua::parts::hierarchy;

use crate::town::Town;

pub const LEVELS: &str = r#"
[[levels]]
code = "centre"
rank = 0
name = { vi = "Trung ương", en = "Centre" }
[[levels]]
code = "province"
rank = 1
name = { vi = "Tỉnh", en = "Province" }
[[levels]]
code = "district"
rank = 2
name = { vi = "Huyện", en = "District" }
[[levels]]
code = "commune"
rank = 3
name = { vi = "Xã", en = "Commune" }
"#;

/// Ten units: two provinces, three districts, four communes.
pub const SMALL: &str = "level,code,name,parent\n\
     centre,vn,Việt Nam,\n\
     province,01,Hà Bắc,vn\n\
     province,02,Hà Nam,vn\n\
     district,101,Huyện An,01\n\
     district,102,Huyện Bình,01\n\
     district,201,Huyện Cửu,02\n\
     commune,00001,Xã Một,101\n\
     commune,00002,Xã Hai,101\n\
     commune,00003,Xã Ba,102\n\
     commune,00004,Xã Bốn,201\n";

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// A town with levels and the ten units, since 2024.
pub async fn small() -> Town {
    let town = Town::new().await;
    town.apply(LEVELS).await;
    take(&town.app, SMALL, "2024-01-01").await.unwrap();
    town
}

pub async fn take(app: &App, file: &str, from: &str) -> Result<import::Report, String> {
    let rows = import::read(file.as_bytes()).map_err(|error| error.to_string())?;
    import::import(app, &rows, day(from), &mut |_, _| ()).await.map_err(|error| error.to_string())
}

pub async fn succeed(app: &App, file: &str, from: &str) -> Result<succession::Report, String> {
    told(app, file, from, false).await
}

/// The same, where nothing is to change.
pub async fn would_succeed(app: &App, file: &str, from: &str) -> Result<succession::Report, String> {
    told(app, file, from, true).await
}

async fn told(app: &App, file: &str, from: &str, dry_run: bool) -> Result<succession::Report, String> {
    let rows = succession::read(file.as_bytes()).map_err(|error| error.to_string())?;
    let options = succession::Options { day: day(from), legal_basis: Some("1656/NQ-UBTVQH15"), dry_run };
    succession::succeed(app, &rows, &options, &mut |_, _| ()).await.map_err(|error| error.to_string())
}

pub async fn whole(app: &App) -> Arc<Hierarchy> {
    hierarchy::whole(app).await.unwrap()
}

/// The unit with this level and code on a day.
pub fn unit(whole: &Hierarchy, text: &str, at: &str) -> UnitId {
    let (level, code) = text.split_once('/').unwrap();
    whole.coded(level, code, day(at)).unwrap_or_else(|| panic!("no {text} on {at}")).id
}

/// The names of a unit and all that it is a part of.
pub fn path(whole: &Hierarchy, id: UnitId, at: &str) -> Vec<String> {
    whole.unit_path(id, day(at)).into_iter().map(|id| whole.unit(id).unwrap().name.vi.clone()).collect()
}

/// How many units there are, of each level.
pub fn counts(whole: &Hierarchy, at: &str) -> Vec<usize> {
    whole.counts(day(at)).into_iter().map(|(_, count)| count).collect()
}
