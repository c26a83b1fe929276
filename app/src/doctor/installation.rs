//! Looks at the machine and the settings, and then at what is in the database.

use std::{io::ErrorKind, os::unix::fs::PermissionsExt as _, path::Path};

use database::{backup, cluster, cluster::PrivateCluster, inspect};
use email_adapters::{SendGridMailer, SmtpMailer};
use url::Url;

use super::{Finding, judge_backlog, judge_database_room, judge_migrations, judge_server, judge_store, stores};
use crate::{
    commands::chain,
    config::Config,
    files,
    limits::RedisLimits,
    mail,
    program::{Company, Opened, Program},
};

/// Free space on the disk of the data folder, in megabytes, below which somebody should look, and below which PostgreSQL
/// may stop.
const ROOM: (u64, u64) = (2_000, 200);

/// Everything there is to find.
pub async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = vec![Finding::ok("settings", "every setting is understood")];
    findings.push(judge_public_url(config));
    findings.push(judge_cache(config));
    findings.extend(look_at_data_folder(&config.data));
    findings.extend(look_at_bucket(config).await);
    findings.extend(look_at_theme(config));
    findings.push(look_at_mail(config).await);
    findings.push(look_at_limits(config).await);
    let begun = config.database_url.is_some() || PrivateCluster::exists(&config.data);
    if config.database_url.is_none() {
        findings.push(match cluster::newest_installed().await {
            Some(version) => Finding::ok("programs", format!("PostgreSQL {version} is installed")),
            None => Finding::fail(
                "programs",
                format!(
                    "no PostgreSQL {} or newer is installed, and DATABASE_URL names none",
                    cluster::OLDEST
                ),
                "install PostgreSQL, or set DATABASE_URL",
            ),
        });
    }
    if !begun {
        findings.push(Finding::warn(
            "database",
            format!("there is no database in {} yet", config.data.display()),
            "`souk serve` and `souk store` make it; if there should be one, see --data",
        ));
        return findings;
    }
    match Opened::connect(config, Company::Beside).await {
        Ok(opened) => {
            match look_at_database(config, &opened).await {
                Ok(found) => findings.extend(found),
                Err(error) => findings.push(unreachable_database(&error)),
            }
            if let Err(error) = opened.close().await {
                findings.push(Finding::warn(
                    "database",
                    chain(&error),
                    "see postgres.log in the data folder",
                ));
            }
        }
        Err(error) => findings.push(unreachable_database(&error)),
    }
    findings
}

fn unreachable_database(error: &anyhow::Error) -> Finding {
    let remedy = "see that the server runs and that DATABASE_URL is right; a private one writes to postgres.log in the data folder";
    Finding::fail("database", chain(error), remedy)
}

async fn look_at_database(config: &Config, opened: &Opened) -> anyhow::Result<Vec<Finding>> {
    let facts = inspect::server(&opened.database).await?;
    let mut findings = judge_server(&facts, config.database_connections, opened.database.now());
    findings.push(judge_database_room(opened.database.try_room().await?));
    let state = inspect::migrations(&backup::applied_migrations(&opened.database).await?);
    findings.push(judge_migrations(&state));
    // What a later or earlier schema holds cannot be read with this program's statements.
    if state != inspect::MigrationState::default() {
        return Ok(findings);
    }
    findings.extend(judge_backlog(&inspect::backlog(&opened.database).await?));
    findings.push(match opened.wrong_key().await? {
        Some((reason, remedy)) => Finding::fail("secret-key", reason, remedy),
        None => Finding::ok("secret-key", "what is sealed in the database opens here"),
    });
    let program = Program::new(config, &opened.database, false).await?;
    findings.push(judge_gateways(&program.gateways.names()));
    findings.push(judge_pictures(program.renditions.writes_avif()));
    let stores = stores::gather(opened, program.texter.as_ref()).await?;
    if stores.is_empty() {
        let remedy = "run `souk store NAME --name … --host … --email …`, or `souk demo` for two to look at";
        findings.push(Finding::warn("stores", "there is no store yet", remedy));
    }
    findings.extend(stores.iter().flat_map(judge_store));
    Ok(findings)
}

fn judge_pictures(writes_avif: bool) -> Finding {
    Finding::ok(
        "pictures",
        if writes_avif {
            "smaller pictures are written as WebP and AVIF"
        } else {
            "smaller pictures are written as WebP; with avifenc of libavif in the search path as AVIF too"
        },
    )
}

fn judge_gateways(names: &[&str]) -> Finding {
    if names.iter().all(|name| *name == "sandbox") {
        return Finding::warn(
            "gateways",
            "only the sandbox bank takes payments: no real money moves",
            "good for trying; a real gateway is needed before you sell",
        );
    }
    Finding::ok("gateways", format!("payments go to {}", names.join(", ")))
}

async fn look_at_limits(config: &Config) -> Finding {
    let Some(url) = &config.redis_url else {
        return Finding::ok(
            "limits",
            "PostgreSQL counts attempts for all processes, each process its own API calls",
        );
    };
    let greeted = match RedisLimits::new(url, config.redis_timeout_ms) {
        Ok(redis) => redis.greet().await,
        Err(error) => Err(error),
    };
    match greeted {
        Ok(()) => Finding::ok("limits", "Redis answers, and counts for all processes together"),
        Err(error) => Finding::warn(
            "limits",
            format!("Redis does not answer, so each process counts by itself: {error:#}"),
            "see REDIS_URL, and whether a firewall lets this machine reach it",
        ),
    }
}

fn judge_cache(config: &Config) -> Finding {
    match config.cache_megabytes {
        0 => Finding::warn(
            "cache",
            "nothing is kept between requests: every page asks the database",
            "set SOUK_CACHE_MEGABYTES or cache_megabytes to 64, or to what the machine can spare",
        ),
        size => Finding::ok(
            "cache",
            format!("each process keeps up to {size} MB of pages and facts between requests"),
        ),
    }
}

fn judge_public_url(config: &Config) -> Finding {
    let remedy = "set --public-url, SOUK_PUBLIC_URL or public_url to what shoppers type, such as https://shop.example";
    let Some(address) = &config.public_url else {
        return Finding::warn(
            "public-url",
            format!("it is not set, so mails link to {}", config.public_url()),
            remedy,
        );
    };
    match Url::parse(address) {
        Ok(url) if url.scheme() == "https" && url.host_str().is_some() => {
            Finding::ok("public-url", format!("mails link to {address}"))
        }
        Ok(url) if url.scheme() == "http" && url.host_str().is_some() => Finding::warn(
            "public-url",
            format!("{address} is not encrypted: passwords and addresses can be read on the way"),
            "put a proxy with a certificate before Souk and use https",
        ),
        Ok(_) | Err(_) => Finding::fail("public-url", format!("{address:?} is not an address of a site"), remedy),
    }
}

fn look_at_data_folder(data: &Path) -> Vec<Finding> {
    let metadata = match std::fs::metadata(data) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let remedy = "the first command that needs it makes it; if there should be one, see --data";
            return vec![Finding::warn(
                "data-folder",
                format!("{} does not exist yet", data.display()),
                remedy,
            )];
        }
        Err(error) => {
            let remedy = "let the user who runs Souk own it";
            return vec![Finding::fail(
                "data-folder",
                format!("{}: {error}", data.display()),
                remedy,
            )];
        }
    };
    let mut findings = vec![try_to_write(data), judge_room(data)];
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o022 != 0 {
        findings.push(Finding::warn(
            "data-folder",
            format!("others may change {} (mode {mode:o})", data.display()),
            format!("chmod go-w {}", data.display()),
        ));
    }
    findings
}

/// What is written to a bucket must be what is read from it; a wrong key is found before a shopper's picture meets it.
async fn look_at_bucket(config: &Config) -> Option<Finding> {
    let name = config.s3_bucket.as_ref()?;
    let content = b"written to see whether it can be";
    let hash = "c8e4dc9e91eb383492125e91a4a165fc6c4f468bc809b4df71ef1efc9fcbc8b7";
    let tried = async {
        let blobs = files::kept(config)?;
        blobs.put(hash, content).await?;
        let read = blobs.get(hash).await?;
        anyhow::ensure!(
            read.as_deref() == Some(content),
            "it gives back something else than was put there"
        );
        anyhow::Ok(())
    };
    Some(match tried.await {
        Ok(()) => Finding::ok(
            "bucket",
            format!("files can be kept in the bucket {name} and read from it"),
        ),
        Err(error) => Finding::fail(
            "bucket",
            format!("files cannot be kept in the bucket {name}: {error:#}"),
            "see the settings SOUK_S3_…; the key must be allowed to list the bucket and to get and put its objects",
        ),
    })
}

/// Files are kept in `files`, or wait there for a bucket; a full or read-only disk is found before a shopper's picture meets
/// it.
fn try_to_write(data: &Path) -> Finding {
    let folder = data.join("files");
    let probe = folder.join("doctor.part");
    let tried = std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&probe, b"written to see whether it can be"))
        .and_then(|()| std::fs::remove_file(&probe));
    match tried {
        Ok(()) => Finding::ok("storage", format!("files can be kept in {}", folder.display())),
        Err(error) => Finding::fail(
            "storage",
            format!("nothing can be written to {}: {error}", folder.display()),
            "let the user who runs Souk own it, and see that its disk is neither full nor read-only",
        ),
    }
}

fn judge_room(data: &Path) -> Finding {
    let Ok(disk) = rustix::fs::statvfs(data) else {
        return Finding::warn(
            "disk",
            "the system does not tell how much room there is",
            "look with df",
        );
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize) / 1_000_000;
    let told = format!("{free} MB are free for {}", data.display());
    let remedy = "make room, or move the data folder to a larger disk";
    match free {
        _ if free < ROOM.1 => Finding::fail("disk", told, remedy),
        _ if free < ROOM.0 => Finding::warn("disk", told, remedy),
        _ => Finding::ok("disk", told),
    }
}

fn look_at_theme(config: &Config) -> Option<Finding> {
    let folder = config.theme.as_ref()?;
    Some(if folder.is_dir() {
        Finding::ok("theme", format!("{} stands before the built-in one", folder.display()))
    } else {
        Finding::fail(
            "theme",
            format!("there is no folder {}", folder.display()),
            "see --theme",
        )
    })
}

async fn look_at_mail(config: &Config) -> Finding {
    match (&config.smtp_url, &config.sendgrid_key) {
        (None, None) => Finding::warn(
            "mail",
            format!("no mail leaves: they wait in {}", config.data.join("mailbox").display()),
            "set SOUK_SMTP_URL to your mail server, such as smtps://user:password@mail.example, or SOUK_SENDGRID_KEY",
        ),
        (Some(_), Some(_)) => Finding::fail("mail", mail::TWO_WAYS, "take one of the two out"),
        (Some(address), None) => {
            let greeted = match SmtpMailer::new(address) {
                Ok(mailer) => mailer.greet().await.map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            let remedy = "see SOUK_SMTP_URL, and whether a firewall lets this machine reach the mail server";
            judge_greeting(greeted, "the mail server answers", remedy)
        }
        (None, Some(key)) => {
            let greeted = match SendGridMailer::new(&config.sendgrid_url, key) {
                Ok(mailer) => mailer.greet().await.map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            let remedy =
                "see SOUK_SENDGRID_KEY and SOUK_SENDGRID_URL, and whether a firewall lets this machine reach SendGrid";
            judge_greeting(greeted, "SendGrid knows the key, and lets it send", remedy)
        }
    }
}

fn judge_greeting(greeted: Result<(), String>, good: &str, remedy: &str) -> Finding {
    match greeted {
        Ok(()) => Finding::ok("mail", good),
        Err(error) => Finding::fail("mail", error, remedy),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;

    #[test]
    fn the_public_address_should_be_encrypted() {
        for (url, verdict) in [
            (None, Verdict::Warn),
            (Some("https://shop.example"), Verdict::Ok),
            (Some("http://shop.example"), Verdict::Warn),
            (Some("shop.example"), Verdict::Fail),
            (Some("mailto:me@shop.example"), Verdict::Fail),
        ] {
            let config = Config {
                public_url: url.map(str::to_owned),
                ..Config::default()
            };
            assert_eq!(judge_public_url(&config).verdict, verdict, "{url:?}");
        }
    }

    #[test]
    fn a_sandbox_alone_takes_no_money() {
        assert_eq!(judge_gateways(&["sandbox"]).verdict, Verdict::Warn);
        let none = Config {
            cache_megabytes: 0,
            ..Config::default()
        };
        assert_eq!(judge_cache(&none).verdict, Verdict::Warn);
        assert_eq!(judge_cache(&Config::default()).verdict, Verdict::Ok);
        assert_eq!(judge_gateways(&["paypal", "sandbox"]).verdict, Verdict::Ok);
    }

    #[test]
    fn a_folder_that_others_may_change_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let verdicts = |mode| {
            std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode)).unwrap();
            let findings = look_at_data_folder(folder.path());
            findings.iter().filter(|finding| finding.check == "data-folder").count()
        };
        assert_eq!((verdicts(0o750), verdicts(0o777)), (0, 1));
        assert_eq!(
            look_at_data_folder(&folder.path().join("none"))[0].verdict,
            Verdict::Warn
        );
    }

    #[tokio::test]
    async fn a_bucket_that_is_not_there_is_told() {
        assert_eq!(look_at_bucket(&Config::default()).await, None);
        let mut config = Config {
            s3_bucket: Some("pictures".to_owned()),
            s3_endpoint: Some("http://127.0.0.1:1".to_owned()),
            s3_access_key: Some("key".to_owned()),
            ..Config::default()
        };
        let missing = look_at_bucket(&config).await.unwrap();
        assert_eq!(missing.verdict, Verdict::Fail);
        assert!(
            missing.reason.contains("SOUK_S3_SECRET_KEY is missing"),
            "{}",
            missing.reason
        );
        config.s3_secret_key = Some("hush".to_owned());
        let unreachable = look_at_bucket(&config).await.unwrap();
        assert!(unreachable.reason.contains("cannot be asked"), "{}", unreachable.reason);
        assert!(!unreachable.reason.contains("hush"));
    }

    #[tokio::test]
    async fn a_mail_server_that_is_not_there_is_told() {
        let config = |url: Option<&str>| Config {
            smtp_url: url.map(str::to_owned),
            ..Config::default()
        };
        assert_eq!(look_at_mail(&config(None)).await.verdict, Verdict::Warn);
        assert_eq!(
            look_at_mail(&config(Some("smtp://127.0.0.1:1"))).await.verdict,
            Verdict::Fail
        );
        assert_eq!(look_at_mail(&config(Some("nonsense"))).await.verdict, Verdict::Fail);
        let sendgrid = |smtp_url: Option<&str>, key: &str| Config {
            smtp_url: smtp_url.map(str::to_owned),
            sendgrid_key: Some(key.to_owned()),
            sendgrid_url: "http://127.0.0.1:1".to_owned(),
            ..Config::default()
        };
        for (smtp_url, key, told) in [
            (Some("smtp://127.0.0.1:1"), "SG.a", "both set"),
            (None, "SG.a", "mail server did not take"),
            (None, "SG a", "has blanks"),
        ] {
            let finding = look_at_mail(&sendgrid(smtp_url, key)).await;
            assert!(
                finding.verdict == Verdict::Fail && finding.reason.contains(told),
                "{finding:?}"
            );
        }
    }
}
