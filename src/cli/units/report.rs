//! What came of a file of units, wherever that was done.

use crate::cli::Failure;
use crate::flows::admin::units::Count;
use crate::flows::admin::units::Named;
use crate::flows::admin::units::import;
use crate::flows::admin::units::succession;
use crate::flows::admin::units::succession::Rights;

pub(super) fn imported(report: &import::Report, dry_run: bool, json: bool) -> Result<(), Failure> {
    if json {
        println!("{}", serde_json::to_string_pretty(report)?);
        return Ok(());
    }
    let import::Report { effective, begun, replaced, moved, followed, corrected, unchanged, unnamed, .. } = report;
    println!(
        "from {effective}: {begun} units begin, {moved} move, {corrected} are corrected, {unchanged} stay as they are"
    );
    if !replaced.is_empty() {
        println!("{} end, whose code another bears: `motcua units succeed` says what becomes of them", replaced.len());
    }
    if *followed > 0 {
        println!(
            "{followed} that the file does not name go over to what takes the place of the unit that they were a part of"
        );
    }
    if *unnamed > 0 {
        println!("{unnamed} that the file does not name stay");
    }
    counts(&report.counts);
    nothing_changed(dry_run);
    Ok(())
}

pub(super) fn succeeded(report: &succession::Report, dry_run: bool, json: bool) -> Result<(), Failure> {
    if json {
        println!("{}", serde_json::to_string_pretty(report)?);
        return Ok(());
    }
    succession(report);
    nothing_changed(dry_run);
    Ok(())
}

fn nothing_changed(dry_run: bool) {
    if dry_run {
        println!("nothing was changed: leave out --dry-run to have it so");
    }
}

fn succession(report: &succession::Report) {
    let succession::Report { effective, merged, renamed, divided, abolished, kept, transferred, .. } = report;
    println!(
        "from {effective}: {merged} units merge, {} are divided, {renamed} are renamed, {abolished} are abolished, {kept} go on",
        divided.len()
    );
    if *transferred > 0 {
        println!("{transferred} parts go from units that go on to others");
    }
    if report.unchanged > 0 {
        println!("of {} the same was recorded before", report.unchanged);
    }
    let (moved, raised) = (report.agencies_moved, report.agencies_raised);
    println!("{moved} agencies go with their unit; {raised} go to what their abolished unit was a part of");
    let Rights { moved, raised, undecided } = report.rights;
    if moved + raised + undecided > 0 {
        println!("{moved} rights of officials go with their unit");
    }
    counts(&report.counts);
    for unit in &report.untold {
        println!("nobody says what became of {unit}");
    }
    if !report.to_decide.is_empty() {
        println!("to be decided, with `motcua agencies move AGENCY --unit UNIT --effective DATE`:");
    }
    for decision in &report.to_decide {
        let among: Vec<String> = decision.among.iter().map(Named::to_string).collect();
        let meanwhile = decision.meanwhile.as_ref().map(|unit| format!("; until then in {unit}")).unwrap_or_default();
        let (agency, was_in) = (&decision.agency, &decision.was_in);
        println!("  {agency}, of {was_in}, divided among {}{meanwhile}", among.join("; "));
    }
    if raised + undecided > 0 {
        println!(
            "{raised} rights of abolished units and {undecided} of divided ones: to be decided, with `motcua rights list \
             --undecided` and `motcua rights settle`; until then officials of what the unit was a part of have them"
        );
    }
}

fn counts(all: &[Count]) {
    for Count { level, before, after } in all {
        println!("  {level}: {before} -> {after}");
    }
}
