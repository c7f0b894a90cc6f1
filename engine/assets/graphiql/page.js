// Starts GraphiQL on this server's own endpoint. Addresses are relative, so that a proxy may put the page in a folder.
(() => {
  const place = document.getElementById('graphiql');
  const fetcher = GraphiQL.createFetcher({ url: new URL('graphql', document.baseURI).href });
  ReactDOM.createRoot(place).render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultQuery: place.dataset.defaultQuery,
      defaultEditorToolsVisibility: true,
      // Kept over a reload: an `authorization` header is typed once.
      shouldPersistHeaders: true,
    }),
  );
})();
