//! Settings: flag, then environment, then `souk.toml`, then default.

use std::{net::Ipv4Addr, path::PathBuf};

use figment::{
    Figment,
    providers::{Env, Format as _, Serialized, Toml},
};
use serde::{Deserialize, Serialize};

use crate::listen::Listen;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Every setting of an installation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address and port to listen on.
    pub listen: Listen,
    /// Address and port where `/metrics` answers whoever can reach them. Unset: it answers callers on this machine, at `listen`.
    pub metrics_listen: Option<Listen>,
    /// The address that mails link to, such as `https://shop.example`; the listening address when unset.
    pub public_url: Option<String>,
    /// The folder of the private database, stored files and the mailbox.
    pub data: PathBuf,
    /// A PostgreSQL server, 15 or newer. Unset: a private one in the data folder.
    pub database_url: Option<String>,
    /// A Redis, such as `redis://cache.example:6379`, where all processes count limits together. Unset: PostgreSQL counts.
    pub redis_url: Option<String>,
    /// How many milliseconds a request waits for it, before each process counts by itself for a second.
    pub redis_timeout_ms: u32,
    /// 64 hexadecimal digits that seal secrets in the database. Unset: the data folder's `secret.key`.
    pub secret_key: Option<String>,
    /// The most connections to the database; four or more, because some work holds one while it asks for another.
    pub database_connections: u32,
    /// How many requests may be at work at once. Unset: eight for each connection to the database.
    pub requests_at_once: Option<u32>,
    /// How log lines are written.
    pub log_format: LogFormat,
    /// What is logged, such as `info` or `souk=debug,sqlx=warn`.
    pub log: String,
    /// The mail server, such as `smtp://user:password@mail.example:587`. Unset: mails go to a folder.
    pub smtp_url: Option<String>,
    /// The bucket of S3 that keeps files. Unset: they are kept in the data folder.
    pub s3_bucket: Option<String>,
    /// Where the bucket's service is. Unset: Amazon's, in the region.
    pub s3_endpoint: Option<String>,
    /// The region of the bucket.
    pub s3_region: String,
    /// Whether the bucket's name stands in the path of its address, as MinIO wants it.
    pub s3_path_style: bool,
    /// The public half of the key to the bucket.
    pub s3_access_key: Option<String>,
    /// The secret half.
    pub s3_secret_key: Option<String>,
    /// A key of SendGrid with the permission to send mails. Set: mails go there.
    pub sendgrid_key: Option<String>,
    /// Where SendGrid answers: `https://api.eu.sendgrid.com` for accounts that are kept in Europe.
    pub sendgrid_url: String,
    /// Where Twilio answers: `https://api.dublin.ie1.twilio.com` for accounts that are kept in Ireland. The accounts are the
    /// stores' own, set at the desk.
    pub twilio_url: String,
    /// Whether pushes also go to services on this machine, in the clear and at any port. Only for tests: a browser says which
    /// service it is.
    pub push_services_here: bool,
    /// A folder whose templates, assets and translations stand before the built-in ones.
    pub theme: Option<PathBuf>,
    /// How many proxies stand before Souk and are believed when they name the caller's address.
    pub trusted_proxies: u8,
    /// How long a server that was told to stop goes on answering, while `/readyz` already sends new visitors elsewhere.
    pub drain_seconds: u16,
    /// How many megabytes of facts, pages and API answers the process keeps between requests; 0 keeps nothing.
    pub cache_megabytes: u32,
    /// How many seconds an answer may take before the request is given up; uploads may take longer.
    pub request_timeout_seconds: u32,
    /// How many API calls a second one address may send, six times as many at once; 0 is no limit.
    pub api_calls_per_second: u32,
    /// What the sandbox bank keeps of what it takes, in hundredths of a percent.
    pub sandbox_fee_basis_points: u32,
    /// What it keeps each time, in minor units.
    pub sandbox_fee_fixed: u32,
    /// Whether its refunds give back their share of the first.
    pub sandbox_fee_returned: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: Listen((Ipv4Addr::LOCALHOST, 3000).into()),
            metrics_listen: None,
            public_url: None,
            data: PathBuf::from("data"),
            database_url: None,
            redis_url: None,
            redis_timeout_ms: 250,
            secret_key: None,
            database_connections: 16,
            requests_at_once: None,
            log_format: LogFormat::Human,
            log: "warn,html5ever=error,souk=info,web=info,database=info,checkout=info,imports=info".to_owned(),
            smtp_url: None,
            s3_bucket: None,
            s3_endpoint: None,
            s3_region: "us-east-1".to_owned(),
            s3_path_style: false,
            s3_access_key: None,
            s3_secret_key: None,
            sendgrid_key: None,
            sendgrid_url: "https://api.sendgrid.com".to_owned(),
            twilio_url: "https://api.twilio.com".to_owned(),
            push_services_here: false,
            theme: None,
            trusted_proxies: 0,
            drain_seconds: 0,
            cache_megabytes: 64,
            request_timeout_seconds: 30,
            api_calls_per_second: 100,
            sandbox_fee_basis_points: 290,
            sandbox_fee_fixed: 30,
            sandbox_fee_returned: false,
        }
    }
}

/// What the command line says of the settings; `None` leaves a setting to the environment.
#[derive(Debug, Clone, Default, Serialize, clap::Args)]
#[command(next_help_heading = "Settings")]
pub struct Flags {
    /// Address and port to listen on [default: 127.0.0.1:3000]
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<Listen>,
    /// Address and port where /metrics answers whoever can reach them, such as 0.0.0.0:9100 [default: only callers on this
    /// machine, at the address to listen on]
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics_listen: Option<Listen>,
    /// The address that mails link to, such as https://shop.example
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    public_url: Option<String>,
    /// Folder of the private database, stored files and the mailbox [default: data]
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<PathBuf>,
    /// How log lines are written [default: human]
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    log_format: Option<LogFormat>,
    /// Folder whose templates, assets and translations stand before the built-in ones
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    theme: Option<PathBuf>,
}

impl Config {
    /// The settings in force. `DATABASE_URL` counts as `SOUK_DATABASE_URL`, `REDIS_URL` as
    /// `SOUK_REDIS_URL`.
    pub fn load(flags: &Flags) -> Result<Self, Box<figment::Error>> {
        Figment::from(Serialized::defaults(Self::default()))
            .merge(Toml::file("souk.toml"))
            .merge(Env::raw().only(&["DATABASE_URL", "REDIS_URL"]))
            .merge(Env::prefixed("SOUK_"))
            .merge(Serialized::defaults(flags))
            .extract()
            .map_err(Box::new)
            .and_then(Self::checked)
    }

    /// An error when a number is too small to work with.
    fn checked(self) -> Result<Self, Box<figment::Error>> {
        let least = [
            ("database_connections", Some(self.database_connections), 4),
            ("requests_at_once", self.requests_at_once, 1),
            ("request_timeout_seconds", Some(self.request_timeout_seconds), 1),
        ];
        let wrong = least
            .into_iter()
            .find(|(_, value, least)| value.is_some_and(|value| value < *least));
        match wrong {
            Some((name, _, least)) => Err(Box::new(format!("{name} has to be {least} or more").into())),
            None => Ok(self),
        }
    }

    /// How many requests may be at work at once: those that wait for a gateway or make a page hold no connection.
    pub fn requests_at_once(&self) -> usize {
        let requests = self
            .requests_at_once
            .unwrap_or(self.database_connections.saturating_mul(8));
        usize::try_from(requests).unwrap_or(usize::MAX)
    }

    /// The address that mails link to.
    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None if self.listen.0.ip().is_loopback() || self.listen.0.ip().is_unspecified() => {
                format!("http://localhost:{}", self.listen.0.port())
            }
            None => format!("http://{}", self.listen),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_address_has_no_slash_at_its_end() {
        let config = |public_url: Option<&str>| Config {
            public_url: public_url.map(str::to_owned),
            ..Config::default()
        };
        assert_eq!(config(None).public_url(), "http://localhost:3000");
        assert_eq!(
            config(Some("https://shop.example/")).public_url(),
            "https://shop.example"
        );
    }

    #[test]
    fn requests_at_once_follow_the_connections_unless_they_are_set() {
        let at_once = |requests_at_once| {
            let config = Config {
                database_connections: 5,
                requests_at_once,
                ..Config::default()
            };
            config.requests_at_once()
        };
        assert_eq!((at_once(None), at_once(Some(7))), (40, 7));
    }

    #[test]
    fn numbers_that_nothing_works_with_are_refused() {
        let with = |database_connections, requests_at_once, request_timeout_seconds| {
            let config = Config {
                database_connections,
                requests_at_once,
                request_timeout_seconds,
                ..Config::default()
            };
            config.checked().map(drop).map_err(|error| error.to_string())
        };
        assert_eq!(with(4, Some(1), 1), Ok(()));
        let wrong = [with(3, None, 30), with(16, Some(0), 30), with(16, None, 0)];
        assert_eq!(
            wrong.map(Result::unwrap_err),
            [
                "database_connections has to be 4 or more",
                "requests_at_once has to be 1 or more",
                "request_timeout_seconds has to be 1 or more"
            ]
        );
    }

    #[test]
    fn a_flag_stands_before_the_default() {
        let flags = Flags {
            data: Some("elsewhere".into()),
            ..Flags::default()
        };
        let config: Config = Figment::from(Serialized::defaults(Config::default()))
            .merge(Serialized::defaults(flags))
            .extract()
            .unwrap();
        assert_eq!(config.data, PathBuf::from("elsewhere"));
        assert_eq!(config.listen.0.port(), 3000);
    }
}
