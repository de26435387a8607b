//! `motcua routes`.

use clap::Args;

use super::Failure;
use crate::http::routes::ROUTES;

/// Arguments of the command.
#[derive(Args)]
pub struct RoutesArguments {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Prints every route.
pub fn run(options: &RoutesArguments) -> Result<(), Failure> {
    if options.json {
        println!("{}", serde_json::to_string_pretty(ROUTES)?);
    } else {
        for route in ROUTES {
            println!("{:5} {:42} {}", route.method, route.path, route.purpose);
        }
    }
    Ok(())
}
