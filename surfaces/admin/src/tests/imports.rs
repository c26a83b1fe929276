//! Files that are brought at the desk.

use axum::http::StatusCode;

use super::desk::TestDesk;

/// A run's page when nobody is at work on it any more.
async fn settled(desk: &TestDesk, path: &str) -> String {
    loop {
        let page = desk.get(path).await.text;
        if !page.contains("data-live") {
            return page;
        }
    }
}

#[tokio::test]
async fn an_interrupted_import_goes_on_or_is_given_up() {
    let desk = TestDesk::open().await;
    let interrupted = async |name: &str| {
        let folder = desk.uploads().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("products.csv");
        std::fs::write(&path, format!("Handle,Title,Variant Price\n{name},Mug,5\n")).unwrap();
        let wanted = imports::ImportFile {
            upload: Some(name.to_owned()),
            ..imports::ImportFile::new(path, imports::Format::Shopify)
        };
        let (tell, told) = tokio::sync::oneshot::channel();
        let mut tell = Some(tell);
        let work = desk.db.work();
        let mut watch = |progress: imports::Progress| {
            if let Some(tell) = tell.take() {
                tell.send(progress.run_id).unwrap();
            }
        };
        let id = tokio::select! {
            biased;
            id = told => id.unwrap(),
            ended = imports::import_file(&work, &wanted, None, &mut watch) => panic!("{ended:?}"),
        };
        desk.db.clock().advance(chrono::TimeDelta::seconds(61));
        (format!("/admin/imports/{id}"), folder)
    };
    let (first, folder) = interrupted("first").await;
    let page = desk.get(&first).await.text;
    assert!(
        page.contains("data-testid=\"import-resume\"") && page.contains("Stopped"),
        "{page}"
    );
    let resumed = desk.post(&format!("{first}/resume"), &[]).await;
    assert_eq!(
        (resumed.status, resumed.location.as_str()),
        (StatusCode::SEE_OTHER, first.as_str())
    );
    let page = settled(&desk, &first).await;
    assert!(page.contains("data-testid=\"import-created\">1<"), "{page}");
    assert_eq!(
        desk.post(&format!("{first}/resume"), &[]).await.status,
        StatusCode::CONFLICT
    );
    let (second, folder_of_second) = interrupted("second").await;
    let given_up = desk.post(&format!("{second}/discard"), &[]).await;
    assert_eq!(given_up.status, StatusCode::SEE_OTHER);
    assert!(!folder_of_second.exists());
    let page = desk.get(&second).await.text;
    assert!(!page.contains("data-testid=\"import-resume\""), "{page}");
    drop(folder);
}

#[tokio::test]
async fn a_file_is_tried_imported_and_refused() {
    let desk = TestDesk::open().await;
    let upload = async |name: &str, content: &str, dry_run: bool| {
        let dry_run = if dry_run {
            "--x\r\ncontent-disposition: form-data; name=\"dry_run\"\r\n\r\n1\r\n"
        } else {
            ""
        };
        let body = format!(
            "--x\r\ncontent-disposition: form-data; name=\"format\"\r\n\r\nshopify\r\n{dry_run}--x\r\n\
             content-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n--x--\r\n"
        );
        desk.ask(
            "everything",
            ("POST", "/admin/imports"),
            ("multipart/form-data; boundary=x", body),
        )
        .await
    };
    let csv = "Handle,Title,Variant SKU,Variant Price\noak-board,Oak board,OAK-1,24.50\n";
    for dry_run in [true, false] {
        let done = upload("products.csv", csv, dry_run).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        let page = settled(&desk, &done.location).await;
        assert!(page.contains("data-testid=\"import-created\">1<"), "{page}");
        let listed = desk.get("/admin/products?q=oak").await.text.contains("Oak board");
        assert_eq!(listed, !dry_run);
        assert!(!page.contains("data-testid=\"import-renamed\""), "{page}");
    }
    for dry_run in [true, false] {
        let done = upload("renamed.csv", &csv.replace("oak-board", "oak-plank"), dry_run).await;
        let page = settled(&desk, &done.location).await;
        assert!(
            page.contains("data-testid=\"import-renamed\"") && page.contains("data-testid=\"import-updated\">1<"),
            "{page}"
        );
        let (_, renames) = page.split_once("data-testid=\"import-renames\"").unwrap();
        let (renames, problems) = renames.split_once("</section>").unwrap();
        assert!(
            renames.contains("oak-plank") && renames.contains("oak-board"),
            "{renames}"
        );
        assert!(
            problems.contains("No problems were found.") && !problems.contains("data-testid=\"import-found\""),
            "a renamed product is none: {problems}"
        );
    }
    let refused = upload("notes.txt", "nothing, of, the, kind\n1,2,3,4\n", false).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("id=\"error-file\"") && refused.text.contains("Title"),
        "{}",
        refused.text
    );
    let nothing = upload("", "", false).await;
    assert!(nothing.text.contains("id=\"error-file\""));
}
