//! Why a database cannot be opened: where it should be, what it said, and what mends it.

use std::io::ErrorKind;
use std::str::FromStr;

use sqlx::Error;
use sqlx::postgres::PgConnectOptions;

use super::fault;
use super::said;
use crate::base::fault::Fault;

/// The fault of an `error` at the opening of the database at `url`, whose password is not shown.
pub fn unreachable(url: &str, error: Error) -> Fault {
    let why = format!("database.url ({}): {}{}", place(url), said(&error), mend(&error));
    match fault(error) {
        Fault::Unavailable { retry_after, in_doubt, .. } => Fault::Unavailable { what: why, retry_after, in_doubt },
        Fault::Broken(_) => Fault::Broken(why),
    }
}

fn place(url: &str) -> String {
    if let Some(file) = url.strip_prefix("sqlite:") {
        return file.trim_start_matches("//").to_owned();
    }
    let Ok(options) = PgConnectOptions::from_str(url) else { return "postgres".into() };
    let (user, name) = (options.get_username(), options.get_database().unwrap_or_else(|| options.get_username()));
    match options.get_socket() {
        Some(socket) => format!("{user} at {}, database {name}", socket.display()),
        None => format!("{user} at {}:{}, database {name}", options.get_host(), options.get_port()),
    }
}

/// What a certificate is refused for comes as data that are not valid.
fn is_tls(error: &Error) -> bool {
    match error {
        Error::Tls(_) => true,
        Error::Io(why) => why.kind() == ErrorKind::InvalidData,
        _ => false,
    }
}

fn mend(error: &Error) -> &'static str {
    match error {
        _ if is_tls(error) => {
            "; its TLS certificate cannot be read or verified: name the authority that signed it with sslrootcert=FILE in \
             database.url, choose sslmode=require to encrypt without verifying, or sslmode=disable on a network that is yours"
        }
        Error::Io(why) if why.kind() == ErrorKind::ConnectionRefused => {
            "; nobody listens there: start the server, or correct host and port"
        }
        Error::Io(why) if why.kind() == ErrorKind::NotFound => "; correct the path, or the sslrootcert that it names",
        Error::Io(_) => "; correct the host, or the way to it",
        Error::PoolTimedOut => "; is there a server, and is it let through on the way?",
        Error::Database(inner) => match inner.code().as_deref() {
            Some("28P01" | "28000") => "; correct user name and password, or let them in in pg_hba.conf",
            Some("3D000") => "; make the database with createdb, or correct its name",
            Some("53300") => "; lower database.connections, or raise the server's max_connections",
            Some("14") => "; the directory must be there, and this user must be allowed to write in it",
            _ => "",
        },
        _ => "",
    }
}
