//! Mails go into a folder, for machines without a mail server.

use std::{
    fs::{DirBuilder, File, OpenOptions, rename},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use notifications::{Mail, Mailer, MailerError, Receipt};
use tokio::sync::Mutex;

use crate::compose::compose;

/// A folder of `.eml` files, named so that they sort by time.
#[derive(Debug, Clone)]
pub struct MailboxFolder {
    folder: PathBuf,
    /// Whose turn it is: several who make files in a folder at once only wait for each other, and spin while they do.
    turn: Arc<Mutex<()>>,
}

impl MailboxFolder {
    /// A mailbox in that folder, which is made with the first mail.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            turn: Arc::default(),
        }
    }
}

/// Writes beside and renames, so that nobody reads half a mail. The same mail again takes the same name. Mails hold links
/// that sign in, so only Souk's own user may read them.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let unfinished = folder.join(format!(".{name}.part"));
    let mut file = match open(&unfinished) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            open(&unfinished)?
        }
        opened => opened?,
    };
    file.write_all(bytes)?;
    rename(&unfinished, folder.join(format!("{name}.eml")))
}

fn open(unfinished: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(unfinished)
}

#[async_trait]
impl Mailer for MailboxFolder {
    async fn send(&self, mail: &Mail) -> Result<Receipt, MailerError> {
        let bytes = compose(mail)?.formatted();
        let name = format!("{}_{}", mail.written_at.format("%Y%m%dT%H%M%S"), mail.id);
        let folder = self.folder.clone();
        let _turn = self.turn.lock().await;
        // One way to the thread that may wait for the disk, instead of one for each step.
        let written = tokio::task::spawn_blocking(move || write(&folder, &name, &bytes)).await;
        written
            .unwrap_or_else(|stopped| Err(io::Error::other(stopped)))
            .map(|()| Receipt::default())
            .map_err(|error| MailerError::Unavailable(format!("{}: {error}", self.folder.display())))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[tokio::test]
    async fn a_mail_sent_twice_is_one_file() {
        let data = tempfile::tempdir().unwrap();
        let mailbox = MailboxFolder::new(data.path().join("mailbox"));
        let mail = Mail::sample();
        mailbox.send(&mail).await.unwrap();
        mailbox.send(&mail).await.unwrap();
        let names: Vec<String> = std::fs::read_dir(data.path().join("mailbox"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(names, [format!("19700101T000000_{}.eml", mail.id)]);
        let modes = ["mailbox".into(), format!("mailbox/{}", names[0])]
            .map(|place| std::fs::metadata(data.path().join(place)).unwrap().permissions().mode() & 0o777);
        assert_eq!(modes, [0o700, 0o600], "others could follow the links in it");
        let text = std::fs::read_to_string(data.path().join("mailbox").join(&names[0])).unwrap();
        assert!(text.contains("<p>Thank you, Ann.</p>"), "{text}");
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_delays_the_mail() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = MailboxFolder::new(file.path()).send(&Mail::sample()).await.unwrap_err();
        assert!(matches!(error, MailerError::Unavailable(_)), "{error}");
    }
}
