//! The key that seals secrets in the database. It lies beside the database, so that a copy of the database alone tells none.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use anyhow::Context as _;
use data_encoding::HEXLOWER_PERMISSIVE;
use database::SealingKey;
use kernel::{Entropy as _, SystemEntropy};

use crate::config::Config;

/// The file in the data folder that holds the key when no setting does.
const FILE: &str = "secret.key";

/// The key of the setting `secret_key`, or of the data folder; the first start makes one there.
pub(crate) fn sealing_key(config: &Config) -> anyhow::Result<SealingKey> {
    match &config.secret_key {
        Some(text) => {
            parse(text).context("secret_key is not 64 hexadecimal digits, as `openssl rand -hex 32` prints them")
        }
        None => {
            let file = config.data.join(FILE);
            let text = match fs::read_to_string(&file) {
                Err(error) if error.kind() == ErrorKind::NotFound => make(&file)?,
                read => read.with_context(|| format!("{} cannot be read", file.display()))?,
            };
            parse(&text).with_context(|| format!("{} does not hold 64 hexadecimal digits", file.display()))
        }
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
        sealing_key(&config).unwrap();
        let file = data.path().join(FILE);
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(text.len(), 64);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        sealing_key(&config).unwrap();
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
