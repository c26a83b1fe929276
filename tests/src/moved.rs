//! Pages that moved, and pictures that an import brings from elsewhere.

use std::{io::Write as _, net::IpAddr};

use database::testing::TestDatabase;
use imports::{Format, ImportFile, Pictures};
use kernel::Slug;
use redirects::Redirect;
use storage_adapters::{HttpImages, Reach};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::installation::Installation;

#[tokio::test]
async fn a_page_that_is_gone_leads_to_the_one_that_stands_for_it() {
    let souk = Installation::new().await;
    let beta = souk.beta().await;
    let mut ctx = souk.alpha.work().write();
    let wanted = [
        ("/info/about", "/products"),
        ("/products/old-shirt", "/search?q=shirt"),
        ("/cart", "/products"),
    ];
    let wanted = wanted.map(|(from, to)| Redirect::parse(from, to).unwrap());
    redirects::put(&mut ctx, &wanted).await.unwrap();
    ctx.commit().await.unwrap();
    for (path, status, location) in [
        ("/info/about", 301, "/products"),
        ("/info/about/?utm_source=mail", 301, "/products"),
        ("/products/old-shirt", 301, "/search?q=shirt"),
        ("/cart", 200, ""),
        ("/info/other", 404, ""),
        ("/login/", 301, "/login"),
        ("/products/?sort=newest", 301, "/products?sort=newest"),
        ("///example.com/", 404, ""),
        ("/api/v1/info/about", 404, ""),
    ] {
        let page = souk.visitor().send("GET", path, None).await.expect(status);
        assert_eq!(page.location(), location, "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
    }
    souk.visitor().send("POST", "/info/about", None).await.expect(404);
    souk.visitor_of(&beta)
        .send("GET", "/info/about", None)
        .await
        .expect(404);
}

#[tokio::test]
async fn a_category_and_a_collection_that_were_renamed_are_found_by_their_old_addresses() {
    let souk = Installation::new().await;
    let mut ctx = souk.alpha.work().write();
    let slug = |text: &str| Slug::parse(text).unwrap();
    let things = catalog::find_category(&mut ctx, &slug("aardvark-things"))
        .await
        .unwrap();
    let best = catalog::find_collection(&mut ctx, &slug("a-best")).await.unwrap();
    for to in ["stuff", "curiosities"] {
        let category = catalog::UpdateCategory {
            id: things.as_ref().unwrap().category.id,
            expected_version: None,
            changes: catalog::CategoryChanges {
                slug: Some(to.to_owned()),
                ..Default::default()
            },
        };
        catalog::update_category(&mut ctx, category).await.unwrap();
        let collection = catalog::UpdateCollection {
            id: best.as_ref().unwrap().id,
            expected_version: None,
            changes: catalog::CollectionChanges {
                slug: Some(to.to_owned()),
                ..Default::default()
            },
        };
        catalog::update_collection(&mut ctx, collection).await.unwrap();
    }
    ctx.commit().await.unwrap();
    for (path, location) in [
        ("/products/category/aardvark-things", "/products/category/curiosities"),
        (
            "/products/category/stuff?sort=title",
            "/products/category/curiosities?sort=title",
        ),
        ("/collections/a-best?lang=id", "/collections/curiosities?lang=id"),
        ("/collections/stuff", "/collections/curiosities"),
    ] {
        let page = souk.visitor().send("GET", path, None).await.expect(301);
        assert_eq!(page.location(), location, "{path}");
    }
    for path in ["/products/category/curiosities", "/collections/curiosities"] {
        souk.visitor().get(path).await.expect(200);
    }
    // Whatever takes the address is what stands there.
    let mut ctx = souk.alpha.work().write();
    let new = catalog::NewCategory {
        name: "Stuff".to_owned(),
        ..Default::default()
    };
    catalog::create_category(&mut ctx, new).await.unwrap();
    ctx.commit().await.unwrap();
    souk.visitor().get("/products/category/stuff").await.expect(200);
}

#[tokio::test]
async fn whoever_gets_lost_has_the_shop_around_them() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.add(&souk.alpha.mug, "2").await.expect(303);
    let count = "data-cart-count>2</span>";
    for (path, said) in [
        ("/products/nowhere", "There is nothing at this address."),
        ("/nowhere/at/all?lang=en", "There is nothing at this address."),
        ("/wp-login.php?lang=id", "Tidak ada apa pun di alamat ini."),
    ] {
        let page = shopper.send("GET", path, None).await.expect(404);
        for part in [
            said,
            count,
            "data-testid=\"header-menu\"",
            "role=\"search\"",
            "name=\"robots\" content=\"noindex\"",
        ] {
            assert!(page.body.contains(part), "{path}: {part}\n{}", page.body);
        }
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
    }
    for path in ["/admin/nowhere", "/media/nowhere.png", "/assets/old/nowhere.css"] {
        let page = shopper.send("GET", path, None).await.expect(404);
        assert!(!page.body.contains(count), "{path} is no page of the shop");
    }
    // What breaks one page leaves the frame; what breaks the frame leaves a plain page.
    let mug = uuid::Uuid::from(souk.alpha.mug.product);
    souk.damage(&format!(
        "UPDATE catalog.products SET currency = '???' WHERE id = '{mug}'"
    ))
    .await;
    let page = souk
        .visitor()
        .send("GET", &format!("/products/{}", souk.alpha.mug.slug), None)
        .await
        .expect(500);
    assert!(
        page.body.contains("data-testid=\"header-menu\"") && page.body.contains("req_"),
        "{}",
        page.body
    );
    let other = Installation::new().await;
    other
        .damage("UPDATE catalog.categories SET slug = 'Not A Slug' WHERE slug = 'aardvark-things'")
        .await;
    let page = other.visitor().send("GET", "/", None).await.expect(500);
    assert!(
        !page.body.contains("header-menu") && page.body.contains("Back to the start"),
        "{}",
        page.body
    );
}

/// A server of pictures: it answers each path in its own way.
async fn pictures() -> (IpAddr, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let base = format!("http://{address}");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let read = stream.read(&mut request).await.unwrap_or_default();
            let request = String::from_utf8_lossy(request.get(..read).unwrap_or_default()).into_owned();
            let path = request.split(' ').nth(1).unwrap_or_default();
            let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0csum\0\0\0\0IENDcsum";
            let (head, body): (String, Vec<u8>) = match path {
                "/good.png" => ("200 OK\r\ncontent-type: image/png".to_owned(), png.to_vec()),
                "/moved.png" => (format!("302 Found\r\nlocation: http://{address}/good.png"), Vec::new()),
                "/inside.png" => (
                    "302 Found\r\nlocation: http://127.0.0.2/secret.png".to_owned(),
                    Vec::new(),
                ),
                "/cloud.png" => (
                    "301 Moved\r\nlocation: http://169.254.169.254/latest/".to_owned(),
                    Vec::new(),
                ),
                "/round.png" => (format!("302 Found\r\nlocation: http://{address}/round.png"), Vec::new()),
                "/page.png" => ("200 OK\r\ncontent-type: text/html".to_owned(), b"<p>Hello</p>".to_vec()),
                "/liar.png" => (
                    "200 OK\r\ncontent-type: image/png".to_owned(),
                    b"<script>1</script>".to_vec(),
                ),
                "/huge.png" => (
                    "200 OK\r\ncontent-type: image/png".to_owned(),
                    vec![0; 21 * 1024 * 1024],
                ),
                _ => ("404 Not Found".to_owned(), Vec::new()),
            };
            let answer = format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n");
            // A client that has seen enough hangs up.
            let _ = stream.write_all(&[answer.into_bytes(), body].concat()).await;
        }
    });
    (address.ip(), base)
}

#[tokio::test]
async fn pictures_are_brought_from_where_they_may_be() {
    let (ip, base) = pictures().await;
    let names = [
        "good", "moved", "inside", "cloud", "round", "page", "liar", "huge", "gone",
    ];
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "Handle,Title,Variant Price,Image Src").unwrap();
    for name in names {
        writeln!(file, "{name},{name},5,{base}/{name}.png").unwrap();
    }
    let db = TestDatabase::new().await;
    let (source, blobs) = (HttpImages::new(Reach::PublicAnd(ip)), media::MemoryBlobs::default());
    let bring = Pictures {
        source: &source,
        blobs: &blobs,
    };
    let wanted = ImportFile::new(file.path().to_owned(), Format::Shopify);
    let report = imports::import_file(&db.work(), &wanted, Some(bring), &mut |_| {})
        .await
        .unwrap();
    assert_eq!((report.counts.created, report.warnings, report.errors), (9, 7, 0));
    let mut ctx = db.work().read();
    let run = imports::find_run(&mut ctx, report.run_id).await.unwrap().unwrap();
    for (name, reason) in names.into_iter().zip([
        "",
        "",
        "the address leads to 127.0.0.2, which is not public",
        "the address leads to 169.254.169.254, which is not public",
        "the address redirects too often",
        "the server answers with text/html",
        "",
        "the picture is larger than 20 MiB",
        "the server answers with status 404",
    ]) {
        let product = catalog::find_product(&mut ctx, &Slug::parse(name).unwrap())
            .await
            .unwrap()
            .unwrap();
        let address = &product.images[0].url;
        let problem = run
            .problems
            .iter()
            .find(|problem| problem.handle.as_deref() == Some(name));
        let told = problem.map(|problem| problem.reason.as_str()).unwrap_or_default();
        assert!(told.ends_with(reason), "{name}: {told}");
        let came = ["good", "moved"].contains(&name);
        assert_eq!(
            (address.starts_with("/media/"), told.is_empty()),
            (came, came),
            "{name}: {address} {told}"
        );
    }
}
