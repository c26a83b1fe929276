//! The key that seals secrets in the database. It lies beside the database, so that a copy of the database alone tells none.

use std::{
    fs::{self, OpenOptions},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::{ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use data_encoding::HEXLOWER_PERMISSIVE;
use database::SealingKey;
use kernel::{Entropy as _, SystemEntropy};

use crate::{
    config::Config,
    program::{Company, Opened},
};

/// The file in the data folder that holds the key when no setting does.
const FILE: &str = "secret.key";

/// Where the key of a process comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The setting `secret_key`.
    Setting,
    /// The file in the data folder.
    File(PathBuf),
    /// That file, which this process has just made, and what identifies what it wrote there.
    Made(PathBuf, u64),
}

/// The key of the setting `secret_key`, or of the data folder; the first start makes one there.
pub(crate) fn sealing_key(config: &Config) -> anyhow::Result<(SealingKey, Origin)> {
    match &config.secret_key {
        Some(text) => {
            let key = parse(text);
            let key = key.context("secret_key is not 64 hexadecimal digits, as `openssl rand -hex 32` prints them")?;
            Ok((key, Origin::Setting))
        }
        None => {
            let file = config.data.join(FILE);
            let (text, origin) = match fs::read_to_string(&file) {
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    let text = make(&file)?;
                    let origin = Origin::Made(file.clone(), fingerprint(&text));
                    (text, origin)
                }
                read => {
                    let text = read.with_context(|| format!("{} cannot be read", file.display()))?;
                    (text, Origin::File(file.clone()))
                }
            };
            let key = parse(&text);
            let key = key.with_context(|| format!("{} does not hold 64 hexadecimal digits", file.display()))?;
            Ok((key, origin))
        }
    }
}

fn fingerprint(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

impl Origin {
    /// That the key is not the one that values in the database are sealed with.
    pub(crate) fn wrong(&self) -> String {
        let place = match self {
            Self::Setting => "SOUK_SECRET_KEY is not".to_owned(),
            Self::File(file) => format!("{} does not hold", file.display()),
            Self::Made(file, _) => format!(
                "SOUK_SECRET_KEY is not set, and there was no {}, so this process lacks",
                file.display()
            ),
        };
        format!("{place} the key that values in the database are sealed with")
    }

    /// What to do about it.
    pub(crate) fn remedy(&self) -> &'static str {
        "set SOUK_SECRET_KEY to the installation's key, the same for every process, or copy its secret.key into the data folder; \
         when that key is lost, `souk adopt-key` goes on with this process's"
    }

    /// Takes away the file that this process made, when its key is not the installation's: whoever starts it again is told the
    /// same. The right key, which somebody may have put there since, stays.
    pub(crate) fn take_back(&self) {
        if let Self::Made(file, made) = self
            && fs::read_to_string(file).is_ok_and(|held| fingerprint(&held) == *made)
            && let Err(error) = fs::remove_file(file)
        {
            tracing::warn!(%error, "a key that is not the installation's stays in the data folder");
        }
    }
}

impl Opened {
    /// Opens it for a process that seals: an error when its key is not the one that values in the database are sealed with.
    pub async fn open_to_seal(config: &Config, company: Company) -> anyhow::Result<Self> {
        let opened = Self::open(config, company).await?;
        let fits = match opened.database.claim_sealing_key().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(opened.refuse_key()),
            Err(error) => Err(error.into()),
        };
        opened.or_close(fits).await
    }

    fn refuse_key(&self) -> anyhow::Error {
        let Some(key) = &self.key else {
            return anyhow::anyhow!("the key is not the one that values in the database are sealed with");
        };
        key.take_back();
        anyhow::anyhow!("{}: {}", key.wrong(), key.remedy())
    }

    /// What is wrong with the key and what to do about it; nothing when it is right, or when nobody has sealed anything yet.
    pub(crate) async fn wrong_key(&self) -> Result<Option<(String, &'static str)>, database::Error> {
        let known = self.database.knows_sealing_key().await?;
        let Some(key) = self.key.as_ref().filter(|_| known == Some(false)) else {
            return Ok(None);
        };
        key.take_back();
        Ok(Some((key.wrong(), key.remedy())))
    }
}

fn parse(text: &str) -> anyhow::Result<SealingKey> {
    let bytes = HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes())?;
    let key = <[u8; 32]>::try_from(bytes.as_slice())?;
    Ok(SealingKey::new(key))
}

/// Writes a new key that only the owner may read. When another process is faster, its key counts.
fn make(file: &Path) -> anyhow::Result<String> {
    let mut key = [0; 32];
    SystemEntropy.fill(&mut key);
    let mut name = [0; 8];
    SystemEntropy.fill(&mut name);
    // Processes in several containers have the same number.
    let draft = file.with_extension(format!("key.{}", HEXLOWER_PERMISSIVE.encode(&name)));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let written = options
        .open(&draft)
        .and_then(|mut opened| {
            opened.write_all(HEXLOWER_PERMISSIVE.encode(&key).as_bytes())?;
            opened.sync_all()
        })
        .and_then(|()| match fs::hard_link(&draft, file) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            linked => linked,
        });
    let removed = fs::remove_file(&draft);
    written
        .and(removed)
        .with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(fs::read_to_string(file)?)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_first_start_makes_a_key_that_stays() {
        let data = tempfile::tempdir().unwrap();
        let config = Config {
            data: data.path().to_owned(),
            ..Config::default()
        };
        let file = data.path().join(FILE);
        assert!(matches!(sealing_key(&config).unwrap().1, Origin::Made(made, _) if made == file));
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(text.len(), 64);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(sealing_key(&config).unwrap().1, Origin::File(file.clone()));
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
        assert_eq!(fs::read_dir(data.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_that_is_none_is_refused() {
        let data = tempfile::tempdir().unwrap();
        for text in ["", "secret", "00ff"] {
            let config = Config {
                secret_key: Some(text.to_owned()),
                data: data.path().to_owned(),
                ..Config::default()
            };
            assert!(
                sealing_key(&config)
                    .unwrap_err()
                    .to_string()
                    .contains("64 hexadecimal digits")
            );
            fs::write(data.path().join(FILE), text).unwrap();
            let config = Config {
                secret_key: None,
                ..config
            };
            assert!(
                sealing_key(&config)
                    .unwrap_err()
                    .to_string()
                    .contains("64 hexadecimal digits")
            );
        }
        let config = Config {
            secret_key: Some("AB".repeat(32)),
            ..Config::default()
        };
        assert!(sealing_key(&config).is_ok());
    }
}
