//! A password that somebody chooses, looked at with all that this deployment knows.

use crate::app::App;
use crate::identity::credential::new_password;
use crate::identity::credential::new_password::Acceptable;
use crate::identity::credential::new_password::Own;
use crate::identity::credential::new_password::Refusal;
use crate::identity::credential::new_password::Standing;
use crate::identity::person::PersonalData;

/// Whether a person may choose the password that was `typed`; else every reason why not.
pub fn check(app: &App, typed: &str, data: &PersonalData, standing: Standing) -> Result<Acceptable, Vec<Refusal>> {
    let name = &app.config.pages.name;
    new_password::check(typed, &Own::of(data, &[&name.vi, &name.en]), standing, &app.blocklist)
}
