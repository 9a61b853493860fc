import type { CardBlock, CardText } from "./card_blocks";

// A model card's blocks as elements: text only, never markup.
export function CardBlocks({ blocks }: { blocks: readonly CardBlock[] }) {
  return (
    <>
      {blocks.map((block, i) => (
        <Block key={i} block={block} />
      ))}
    </>
  );
}

function Block({ block }: { block: CardBlock }) {
  switch (block.type) {
    case "heading":
      return (
        <h4>
          <Texts texts={block.text} />
        </h4>
      );
    case "paragraph":
      return (
        <p>
          <Texts texts={block.text} />
        </p>
      );
    case "list":
      return (
        <ul class="bullets">
          {block.items.map((item, i) => (
            <li key={i}>
              <CardBlocks blocks={item} />
            </li>
          ))}
        </ul>
      );
    case "table":
      return (
        <div class="table-scroll" tabIndex={0} role="group">
          <table>
            <thead>
              <tr>
                {block.header.map((cell, i) =>
                  // Over the names of rows there need not be a word.
                  cell.length === 0 ? (
                    <td key={i} />
                  ) : (
                    <th key={i} scope="col">
                      <Texts texts={cell} />
                    </th>
                  ),
                )}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row, i) => (
                <tr key={i}>
                  {row.map((cell, j) => (
                    <td key={j}>
                      <Texts texts={cell} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    case "code":
      return <pre>{block.code}</pre>;
  }
}

function Texts({ texts }: { texts: readonly CardText[] }) {
  return (
    <>
      {texts.map((text, i) => {
        if (typeof text === "string") return text;
        return "strong" in text ? (
          <strong key={i}>{text.strong}</strong>
        ) : (
          <code key={i}>{text.code}</code>
        );
      })}
    </>
  );
}
