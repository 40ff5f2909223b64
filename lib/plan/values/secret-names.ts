const SECRET =
  /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY)(?!.*_(FILE|PATH|NAME|ID)$)/i;

/** Whether what is called so holds a secret, by its name: not where one lies or what it is called. */
export const namesSecret = (name: string): boolean => SECRET.test(name);
