//! A file comes in, and is imported by a task of its own that goes on when the browser leaves.

use std::{
    path::{Path as FilePath, PathBuf},
    time::Duration,
};

use axum::extract::{FromRequest as _, Multipart, Request, multipart::Field};
use database::Work;
use imports::{ImportError, ImportFile, Pictures};
use kernel::ImportId;
use tokio::{io::AsyncWriteExt as _, sync::oneshot};
use web::Problem;

use crate::Desk;

/// How long the browser waits for a small file to be done.
const PATIENCE: Duration = Duration::from_secs(2);

/// The form above the list of runs.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub(super) struct UploadForm {
    pub(super) format: String,
    pub(super) dry_run: bool,
}

/// What was sent: a form and perhaps a file in a folder of uploads that is its own.
pub(super) struct Upload {
    pub(super) form: UploadForm,
    pub(super) file: Option<Uploaded>,
}

/// A file among the uploads.
pub(super) struct Uploaded {
    /// The name of its folder.
    pub(super) folder: String,
    pub(super) path: PathBuf,
}

/// The file of an upload that waits, if it is still there.
pub(super) async fn find(desk: &Desk, folder: &str) -> Option<Uploaded> {
    let mut entries = tokio::fs::read_dir(desk.uploads.join(folder)).await.ok()?;
    let entry = entries.next_entry().await.ok()??;
    Some(Uploaded {
        folder: folder.to_owned(),
        path: entry.path(),
    })
}

/// Imports the file behind the scenes. Answers the run as soon as the file was found to be good, or why it was not imported.
pub(super) async fn start(work: &Work, desk: &Desk, file: ImportFile) -> Result<ImportId, ImportError> {
    let (tell, told) = oneshot::channel();
    let task = tokio::spawn(import(work.clone(), desk.clone(), file, tell));
    let answer = match told.await {
        Ok(answer) => answer,
        Err(stopped) => Err(ImportError::Report(std::io::Error::other(stopped))),
    };
    // A small file is done before anybody would look; a large one goes on without being waited for.
    let _ = tokio::time::timeout(PATIENCE, task).await;
    answer
}

async fn import(work: Work, desk: Desk, file: ImportFile, tell: oneshot::Sender<Result<ImportId, ImportError>>) {
    let pictures = desk.images.as_ref().map(|source| Pictures {
        source: source.as_ref(),
        blobs: desk.blobs.as_ref(),
    });
    let mut tell = Some(tell);
    let ended = imports::import_file(&work, &file, pictures, &mut |progress| {
        if progress.rows_total > 0
            && let Some(tell) = tell.take()
        {
            // Nobody may be waiting: the browser has left.
            let _ = tell.send(Ok(progress.run_id));
        }
    })
    .await;
    if let Some(folder) = &file.upload {
        discard_unneeded(&work, &desk.uploads, folder).await;
    }
    match (ended, tell) {
        (ended, Some(tell)) => {
            let _ = tell.send(ended.map(|report| report.run_id));
        }
        (Err(error), None) => tracing::error!(%error, "an import behind the scenes ended early"),
        (Ok(_), None) => {}
    }
}

/// Removes an upload that no run needs any more. One that failed waits to be taken up again with its file, and one that was
/// to be taken up twice is at work with it.
async fn discard_unneeded(work: &Work, uploads: &FilePath, folder: &str) {
    let mut ctx = work.read();
    let needed = imports::needs_upload(&mut ctx, folder).await;
    ctx.rollback().await;
    match needed {
        Ok(true) => {}
        Ok(false) => discard(uploads, folder).await,
        Err(error) => tracing::warn!(%error, folder, "an upload is kept, for nobody knows who needs it"),
    }
}

/// Removes an upload.
pub(super) async fn discard(uploads: &FilePath, folder: &str) {
    if let Err(error) = tokio::fs::remove_dir_all(uploads.join(folder)).await {
        tracing::warn!(%error, folder, "an upload could not be removed");
    }
}

/// Writes the file to the disk as it comes, so that its size does not matter.
pub(super) async fn receive(desk: &Desk, request: Request) -> Result<Upload, Problem> {
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|error| Problem::new(error.status(), "invalid_upload", error.body_text()))?;
    tokio::fs::create_dir_all(&desk.uploads)
        .await
        .map_err(|error| Problem::internal(&error))?;
    let folder = tempfile::tempdir_in(&desk.uploads).map_err(|error| Problem::internal(&error))?;
    let mut form = UploadForm::default();
    let mut file = None;
    while let Some(field) = parts.next_field().await.map_err(|error| broken(&error))? {
        match field.name().unwrap_or_default() {
            "format" => form.format = field.text().await.map_err(|error| broken(&error))?,
            "dry_run" => form.dry_run = true,
            "file" => {
                let name = file_name(field.file_name().unwrap_or_default());
                if !name.is_empty() {
                    let path = folder.path().join(&name);
                    write(field, &path).await?;
                    file = Some(path);
                }
            }
            _ => {}
        }
    }
    let file = file.map(|path| {
        // From here on the run decides how long it is kept.
        let kept = folder.keep();
        Uploaded {
            folder: kept.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            path,
        }
    });
    Ok(Upload { form, file })
}

async fn write(mut field: Field<'_>, path: &FilePath) -> Result<(), Problem> {
    let internal = |error: std::io::Error| Problem::internal(&error);
    let mut file = tokio::fs::File::create(path).await.map_err(internal)?;
    while let Some(bytes) = field.chunk().await.map_err(|error| broken(&error))? {
        file.write_all(&bytes).await.map_err(internal)?;
    }
    file.flush().await.map_err(internal)
}

fn broken(error: &axum::extract::multipart::MultipartError) -> Problem {
    Problem::new(error.status(), "invalid_upload", error.body_text())
}

/// The last part of the name that the browser gave, of harmless characters; an import tells compressed files by its end.
fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let harmless = last.chars().map(|c| {
        if c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') {
            c
        } else {
            '_'
        }
    });
    let name: String = harmless.take(100).collect();
    name.trim_matches(['.', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use imports::Format;

    use super::*;

    #[tokio::test]
    async fn an_upload_is_kept_while_a_run_is_at_work_with_it() {
        let (db, uploads) = (TestDatabase::new().await, tempfile::tempdir().unwrap());
        let folder = uploads.path().join("mugs");
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join("products.csv");
        std::fs::write(&path, "Handle,Title,Variant Price\nmug,Mug,5\n").unwrap();
        let file = ImportFile {
            upload: Some("mugs".to_owned()),
            ..ImportFile::new(path, Format::Shopify)
        };
        let (tell, told) = oneshot::channel::<()>();
        let mut tell = Some(tell);
        let work = db.work();
        let mut watch = |_progress| drop(tell.take());
        tokio::select! {
            biased;
            _begun = told => {}
            ended = imports::import_file(&work, &file, None, &mut watch) => panic!("{ended:?}"),
        }
        // Whoever takes it up a second time is told that it is at work, and leaves.
        let again = imports::import_file(&work, &file, None, &mut |_| {}).await;
        assert!(matches!(again, Err(ImportError::Busy)), "{again:?}");
        discard_unneeded(&work, uploads.path(), "mugs").await;
        assert!(file.path.exists());
        db.clock().advance(chrono::TimeDelta::seconds(61));
        imports::import_file(&work, &file, None, &mut |_| {}).await.unwrap();
        discard_unneeded(&work, uploads.path(), "mugs").await;
        assert!(!folder.exists());
    }

    #[test]
    fn a_name_stays_in_its_folder() {
        for (given, kept) in [
            ("products.csv", "products.csv"),
            ("../../etc/passwd", "passwd"),
            ("C:\\exports\\my products.csv", "my products.csv"),
            ("..", ""),
            ("a\u{0}b.jsonl.xz", "a_b.jsonl.xz"),
        ] {
            assert_eq!(file_name(given), kept);
        }
    }
}
